"""A list of tickets to be worked down: chips with counts, rows, ticks for several at once, the keyboard."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Chip:
    """A filter with how many it would show; ``kind`` ('', 'soon', 'late') colours the number, ``hint`` explains."""

    key: str
    label: str
    n: int
    kind: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Sheet:
    """What the list shows. ``rows`` are those of ``ui.desk.line``, ``words`` the phrases of the list itself."""

    rows: list[dict[str, Any]]
    chips: Sequence[Chip]
    chip: str
    open: str | None
    words: dict[str, str]
    keys: Sequence[tuple[str, str]] = ()
    more: bool = False


@dataclass(frozen=True)
class Deeds:
    """What follows when a person opens a row, takes a chip, wants more rows, hands in several ticked ones."""

    open: Callable[[str], None]
    chip: Callable[[str], None]
    more: Callable[[], None]
    batch: Callable[[list[str]], None] = field(default=lambda _: None)


@cache
def _mounted() -> Any:
    return component(
        "anju_worklist",
        html='<div class="root"></div>',
        css=(_HERE / "worklist.css").read_text(encoding="utf-8"),
        js=(_HERE / "worklist.js").read_text(encoding="utf-8"),
    )


def worklist(sheet: Sheet, deeds: Deeds, *, key: str) -> None:
    """Put the list on screen; its deeds are done before the page is drawn again."""
    data = {
        "rows": sheet.rows, "chip": sheet.chip, "open": sheet.open, "words": sheet.words, "more": sheet.more,
        "chips": [vars(chip) for chip in sheet.chips], "keys": [list(pair) for pair in sheet.keys],
    }  # fmt: skip
    _mounted()(
        data=data, key=key, on_open_change=lambda: _text(key, "open", deeds.open),
        on_chip_change=lambda: _text(key, "chip", deeds.chip), on_more_change=deeds.more,
        on_batch_change=lambda: _texts(key, "batch", deeds.batch),
    )  # fmt: skip


def _sent(key: str, name: str) -> Any:
    return getattr(st.session_state.get(key), name, None)


def _text(key: str, name: str, deed: Callable[[str], None]) -> None:
    # What the browser sends is its word only: anything but text is no deed.
    sent = _sent(key, name)
    if isinstance(sent, str):
        deed(sent)


def _texts(key: str, name: str, deed: Callable[[list[str]], None]) -> None:
    sent = _sent(key, name)
    if isinstance(sent, list):
        deed([one for one in sent if isinstance(one, str)])
