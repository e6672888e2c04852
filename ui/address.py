"""What is asked for lives in the address bar: a link opens the same view, and never carries personal data.

Streamlit's own binding writes a choice's label, which changes with language and counts; here it is the key.
"""

from collections.abc import Collection

import streamlit as st


def read(name: str, allowed: Collection[str]) -> str | None:
    """What the address says of a choice; None where it says nothing or nothing that may be chosen."""
    told = str(st.query_params.get(name, ""))
    return told if told in allowed else None


def read_all(name: str, allowed: Collection[str]) -> list[str]:
    """What the address says of a choice of several."""
    return [told for told in dict.fromkeys(st.query_params.get_all(name)) if told in allowed]


def start(key: str, value: object) -> None:
    """Give a widget its first value; from then on it is what the person made of it."""
    st.session_state.setdefault(key, value)


def write(name: str, value: str | Collection[str] | None) -> None:
    """Write a choice into the address, or take it out where there is none."""
    values = [] if not value else [value] if isinstance(value, str) else list(value)
    if st.query_params.get_all(name) == values:
        return
    if values:
        st.query_params[name] = values
    else:
        del st.query_params[name]
