"""Grids as files: one in, looked at and put in force; the ones in force out, in three formats."""

import tempfile
from functools import partial
from pathlib import Path

import streamlit as st

from actions.grid_files import grids_out, import_file
from db import division
from exchange.grid_files import TYPES, read_grid_file, write_grid_file
from gis.errors import AnjuError
from gis.grid_check import check_grids
from inspections.access import Place
from layers.escape import html
from ui.state import View, flash, reading
from ui.upload import kept, uploader

SYSTEMS = ("", "EPSG:4490", "EPSG:4549", "EPSG:4326", "GCJ-02", "BD-09")


def draw(view: View, town: str, name: str) -> None:
    """Draw both ways; what goes out is the town's or the whole county's."""
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        st.html(f'<h2 class="anju-h2">{html(view.say("grid_files.in"))}</h2>')
        st.caption(view.say("grid_files.in_hint"))
        try:
            _bring_in(view)
        except AnjuError as error:
            st.error(view.error(error))
    with right, st.container(border=True):
        st.html(f'<h2 class="anju-h2">{html(view.say("grid_files.out"))}</h2>')
        _take_out(view, town, name)


def _bring_in(view: View) -> None:
    given = uploader(view, view.say("grid_files.file"), types=TYPES, key="grid_file_given")
    system = st.selectbox(view.say("grid_files.crs"), SYSTEMS, key="grid_file_crs",
                          format_func=lambda one: one or view.say("grid_files.crs_own"))  # fmt: skip
    if given is None:
        return
    frame = read_grid_file(kept(given), crs=system or None)
    with reading() as connection:
        outlines = division.divisions_frame(connection, county=view.county, level="village")
    report = check_grids(frame[frame["code"] != ""], villages=outlines[outlines.geometry.notna()])
    st.html(
        f'<p data-read="{len(frame)}">{html(view.say("grid_check.told", n=len(frame), found=len(report.findings)))}</p>'
    )
    for one in report.findings[:5]:
        st.html(f'<small>{html(view.say(f"grid_check.kind.{one.kind}"))} {html(" ".join(one.grids[:3]))} '
                f'{html(view.say("grid_check.size", m2=f"{one.area_m2:,.1f}"))}</small>')  # fmt: skip
    mend = st.toggle(view.say("grid_files.mend"), key="grid_file_mend", disabled=not report.findings)
    on = st.date_input(view.say("grids.from_day"), value=view.at.date(), min_value=view.at.date(), format="YYYY-MM-DD",
                       key="grid_file_from")  # fmt: skip
    villages = frame["village"].nunique()
    st.caption(view.say("grid_files.will", n=len(frame), villages=villages))
    if st.button(view.say("grid_files.bring", n=len(frame)), type="primary", key="grid_file_apply"):
        told = import_file(frame, actor=view.actor, on=on, mend=mend)
        flash(view.say("grid_check.brought", n=told.read, villages=told.villages, mended=told.mended,
                       begun=len(told.changed.begun), vacant=len(told.changed.vacant)))  # fmt: skip
        st.rerun()


def _take_out(view: View, town: str, name: str) -> None:
    if not view.actor.may("export.run", Place(county=view.county)):
        st.caption(view.say("grid_files.not_out"))
        return
    whole = st.toggle(view.say("grid_files.whole"), key="grid_file_whole")
    st.caption(view.say("grid_files.out_hint") if whole else view.say("grid_files.out_town", town=name))
    with st.container(horizontal=True, gap="small"):
        for suffix in TYPES:
            told = f"grids-{view.county if whole else town}-{view.at:%Y%m%d}.{suffix}"
            st.download_button(
                view.say(f"grid_files.type.{suffix}"), data=partial(_bytes, view, "" if whole else town, told),
                file_name=told, key=f"grid_file_{suffix}", icon=":material/download:", on_click="ignore",
            )  # fmt: skip


def _bytes(view: View, town: str, name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_grid_file(grids_out(actor=view.actor, on=view.at.date(), villages=[town] if town else ()), path)
        return path.read_bytes()
