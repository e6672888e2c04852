"""Two systems of division codes side by side: where they disagree. Shown, never merged."""

import pandas as pd
import streamlit as st

from db import division
from gis.division import Division
from layers.escape import html
from ui import parts
from ui.state import View, reading


def section(view: View) -> None:
    """The towns that the statistical and the civil affairs' lists number or name otherwise."""
    with reading() as connection:
        rows = division.conflicts(connection, county=view.county)
        both = division.has_both(connection, county=view.county)
    parts.put(f"<p>{html(view.say('division.hint'))}</p>")
    if not rows:
        st.caption(view.say("division.none") if both else view.say("division.only"))
        return
    frame = pd.DataFrame(
        {
            view.say("division.what"): [view.say(f"division.label.{one.what}") for one in rows],
            view.say("division.stat"): [_side(one.ours) for one in rows],
            view.say("division.civil"): [_side(one.theirs) for one in rows],
        }
    )
    st.dataframe(frame, hide_index=True, key="division_conflicts", width="stretch")


def _side(one: Division | None) -> str:
    return f"{one.code} {one.name}" if one is not None else "—"
