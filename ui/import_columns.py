"""Which column of the file is which field: what was recognised and why, a masked sample, and a choice beside each."""

from itertools import islice

import streamlit as st

from exchange.headers import EXTRA, IGNORED, WITHHELD, ColumnGuess, Mapping, Overrides, field_names, guess_mapping
from exchange.people import mask_value
from exchange.table import Table, is_blank
from layers.escape import attribute, html
from ui.state import View

ROLES = (EXTRA, IGNORED, WITHHELD)
MOST_COLUMNS = 80
SAMPLES, SAMPLE_ROWS, SAMPLE_CHARS = 2, 50, 24


def guess(table: Table) -> Mapping:
    """What the dictionary makes of the headers."""
    return guess_mapping(table.headers, cut=table.format == "shp")


def choose(view: View, table: Table, mapping: Mapping, *, key: str) -> Overrides | None:
    """Draw every column with its choice; the person's decisions, None while they are the guesses."""
    known = [column for column in mapping.columns[:MOST_COLUMNS] if column.role == "field"]
    others = [column for column in mapping.columns[:MOST_COLUMNS] if column.role != "field"]
    chosen = dict(_column(view, table, column, key) for column in known)
    if others:
        with st.expander(view.say("imports.other_columns", n=len(others)), expanded=not known):
            chosen |= dict(_column(view, table, column, key) for column in others)
    if len(mapping.columns) > MOST_COLUMNS:
        st.caption(view.say("imports.columns_left", n=len(mapping.columns) - MOST_COLUMNS))
    guessed = {column.header: column.field or column.role for column in mapping.columns}
    if chosen == {header: guessed[header] for header in chosen} and not table.duplicate_headers:
        return None
    return Overrides.checked({"columns": guessed | chosen}, name=view.say("imports.columns"))


def twice(view: View, overrides: dict[str, str]) -> list[str]:
    """Names of fields chosen for more than one column."""
    used = [field for field in overrides.values() if field not in ROLES]
    return [name_of(view, field) for field in dict.fromkeys(used) if used.count(field) > 1]


def name_of(view: View, choice: str) -> str:
    """What a field or a role is called."""
    return view.say(f"exchange.role.{choice}") if choice in ROLES else view.say(f"exchange.field.{choice}")


def _column(view: View, table: Table, column: ColumnGuess, key: str) -> tuple[str, str]:
    options = [*field_names(), *ROLES]
    left, middle, right = st.columns([4, 3, 3], gap="small", vertical_alignment="center")
    left.html(
        f'<div class="anju-column"><b>{html(column.header[:60] or "—")}</b>'
        f"<small title={attribute(view.say('imports.sample'))}>{html(_sample(table, column))}</small></div>"
    )
    guessed = column.field or column.role
    picked = middle.selectbox(
        view.marked("imports.read_as", column=column.header[:60]), options, index=options.index(guessed),
        format_func=lambda choice: name_of(view, choice), key=f"{key}_{column.index}", label_visibility="collapsed",
    )  # fmt: skip
    sure = "" if column.field is None else f" · {round(column.score * 100)} %"
    reason = "person" if picked != guessed else column.reason
    tail = sure if picked == guessed else ""
    right.html(f'<div class="anju-muted">{html(view.say(f"exchange.guess.{reason}") + tail)}</div>')
    return column.header, picked or guessed


def _sample(table: Table, column: ColumnGuess) -> str:
    """The first different values, masked as the field's are; of a column that is not read, nothing."""
    if column.role == WITHHELD:
        return "***"
    cells = (row.cells[column.index] for row in table.rows[:SAMPLE_ROWS] if column.index < len(row.cells))
    texts = dict.fromkeys(str(cell).strip() for cell in cells if not is_blank(cell))
    return " · ".join(mask_value(column.field, text)[:SAMPLE_CHARS] for text in islice(texts, SAMPLES)) or "—"
