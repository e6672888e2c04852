"""Who was responsible for a house on a day."""

import streamlit as st

from actions.who import who_answered
from gis.errors import AnjuError
from inspections.access import Place
from ui.state import View


def draw(view: View) -> None:
    """Ask for a house's code and a day, and tell."""
    with st.expander(view.say("grid_check.ask"), icon=":material/history:", key="grid_who"):
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            code = st.text_input(view.say("grid_check.house_code"), key="grid_who_code", width=320)
            on = st.date_input(view.say("grid_check.on"), value=view.at.date(), format="YYYY-MM-DD", key="grid_who_on",
                               width=180)  # fmt: skip
        if not code.strip():
            return
        try:
            told = who_answered(code, on=on)
            view.actor.require("house.view", Place(county=told["house"][:6], village=told["house"][:12]))
        except AnjuError as error:
            st.error(view.error(error))
            return
        if told["grid"] is None:
            st.info(view.say("grid_check.in_none", on=told["on"]))
            return
        names = {kind: "、".join(told[kind]) or view.say(f"grids.vacant.{kind}") for kind in ("main", "backup")}
        st.info(view.marked("grid_check.who", on=told["on"], grid=told["grid"], name=told["name"], **names))
