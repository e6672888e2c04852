"""Bringing a register in: hand it over, see how it is read, try it, import it, mend what was held back."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from actions import deed, quarantine, sign_in
from actions import imports as deeds
from db import division, imports
from db.query import Row
from exchange.headers import Mapping, Overrides
from exchange.importing import ImportOptions, map_columns
from exchange.reading import SUFFIXES, read_table
from exchange.table import Table
from gis.errors import AnjuError
from inspections.access import Place
from layers.escape import html
from layers.houses import MOST_MARKERS
from ui import import_cases, import_columns, import_result
from ui.frame import empty, title
from ui.messages import moment
from ui.press import press
from ui.state import COOKIE, View, flash, reading
from ui.upload import kept, uploader

MOST_ROWS = 5000
WHAT = ("houses", "tickets")
CRS = ("", "WGS84", "CGCS2000", "GCJ-02", "BD-09", "EPSG:4549", "EPSG:4528", "other")
TYPES = [suffix.removeprefix(".") for suffix in SUFFIXES]


def page(view: View) -> None:
    """Draw the wizard, or the import that the address bar names."""
    view.actor.require("import.run", Place(county=view.county))
    batch = st.query_params.get("batch", "")
    if batch.isascii() and batch.isdigit():
        _batch(view, int(batch[:18]))
        return
    title(view.say("imports.title"), hint=view.say("imports.hint"))
    left, right = st.columns([64, 36], gap="medium")
    with left:
        what = st.segmented_control(view.say("imports.what"), WHAT, default=WHAT[0], required=True, key="imports_what",
                                    label_visibility="collapsed",
                                    format_func=lambda one: view.say(f"imports.what_{one}"))  # fmt: skip
        if what == "tickets":
            import_cases.wizard(view)
        else:
            _wizard(view)
    with right:
        _history(view)


def _wizard(view: View) -> None:
    turn = st.session_state.setdefault("imports_turn", 0)
    with st.container(border=True, key="imports_file"):
        _step(view, 1, view.say("imports.step_file"))
        given = uploader(view, view.say("imports.step_file"), types=TYPES, key=f"imports_given_{turn}")
    if given is None:
        lines = "".join(f"<li>{html(view.say(f'imports.{name}'))}</li>" for name in ("must", "better", "never"))
        st.html(f'<ul class="anju-muted anju-hints">{lines}</ul>')
        return
    try:
        path = kept(given)
        _steps(view, path, str(given.file_id))
    except AnjuError as error:
        _refused(view, error)


def _step(view: View, number: int, words: str) -> None:
    st.html(f'<h2 class="anju-step-head"><i>{number}</i>{html(words)}</h2>')


def _refused(view: View, error: AnjuError) -> None:
    """Why nothing could be taken in, with the cure; what is already in the record is untouched."""
    with st.container(key="imports_refused"):
        st.error(view.error(error))
        st.caption(view.say("imports.untouched"))


def _steps(view: View, path: Path, file: str) -> None:
    table, sheet = _read(view, path, file)
    mapping = import_columns.guess(table)
    with st.container(border=True, key="imports_columns"):
        _step(view, 2, view.say("imports.step_columns", rows=f"{len(table.rows):,}", columns=len(table.headers)))
        _notes(view, table.notes)
        overrides = _overrides(view, table, mapping, file)
    map_columns(table, overrides, name=path.name)
    with st.container(border=True, key="imports_place"):
        _step(view, 3, view.say("imports.step_place"))
        crs, village = _where(view, mapping.crs_hint or table.crs)
        if not (crs or mapping.crs_hint or table.crs) and _has_points(table, overrides, mapping):
            st.warning(view.say("imports.crs_needed"))
    options = ImportOptions(crs=crs, mapping=overrides, default_village=village, sheet=sheet)
    with st.container(border=True, key="imports_run"):
        _step(view, 4, view.say("imports.step_run"))
        _run(view, path, options, f"{file}{options}")


def _has_points(table: Table, overrides: Overrides | None, mapping: Mapping) -> bool:
    """Whether the file brings coordinates of a system that nobody has named."""
    used = set(overrides.columns.values()) if overrides else set(mapping.index_of)
    return bool(used & {"lon", "x", "point", "wkt"} or table.has_geometry) and "crs" not in used


def _read(view: View, path: Path, file: str) -> tuple[Table, str | None]:
    """The file's table; of several sheets the one that was picked."""
    first = _table(view, path, file, None)
    told: dict[str, Any] = next((fields for name, fields in first.notes if name == "other_sheets"), {})
    if not told:
        return first, None
    names = [told["sheet"], *str(told["others"]).split(", ")]
    with st.container(border=True):
        sheet = st.selectbox(view.say("imports.sheet"), names, key=f"imports_sheet_{file}")
    return (first, None) if sheet == told["sheet"] else (_table(view, path, file, sheet), sheet)


def _table(view: View, path: Path, file: str, sheet: str | None) -> Table:
    """Read once a session: the latest file alone is kept."""
    held = st.session_state.get("imports_table")
    if held is None or held[0] != (file, sheet):
        with st.spinner(view.say("exchange.stage.reading")):
            held = st.session_state["imports_table"] = ((file, sheet), read_table(path, sheet=sheet))
    table: Table = held[1]
    return table


def _notes(view: View, notes: Any) -> None:
    for name, fields in notes:
        st.caption(view.marked(f"exchange.note.{name}", **fields))


def _overrides(view: View, table: Table, mapping: Mapping, file: str) -> Overrides | None:
    return import_columns.choose(view, table, mapping, key=f"imports_column_{file}")


def _where(view: View, told: str | None) -> tuple[str | None, str | None]:
    """The coordinate system and the village of rows that name none, as the person says."""
    left, right = st.columns(2)
    with left:
        picked = st.selectbox(
            view.say("imports.crs"), CRS, key="imports_crs", format_func=partial(_crs_name, view, told)
        )
        if picked == "other":
            picked = st.text_input(
                view.say("imports.crs_other"), key="imports_crs_other", placeholder="EPSG:4550"
            ).strip()
    with right:
        with reading() as connection:
            rows = division.listed(connection, county=view.county, level="village", on=view.at.date())
        names = {row["code"]: f"{row['name']} {row['code']}" for row in rows if row["addressable"]}
        village = st.selectbox(view.say("imports.village"), list(names), index=None, key="imports_village",
                               format_func=lambda code: names.get(code, code),
                               placeholder=view.say("imports.village_none"))  # fmt: skip
    return picked or None, village


def _crs_name(view: View, told: str | None, name: str) -> str:
    if not name:
        return view.say("imports.crs_told", crs=told[:30]) if told else view.say("imports.crs_untold")
    return view.say(f"imports.crs_{name}") if name == "other" else name


def _run(view: View, path: Path, options: ImportOptions, signature: str) -> None:
    with st.container(horizontal=True, gap="small"):
        trial = st.button(view.say("imports.try"), key="imports_try")
        go = st.button(view.say("imports.go"), key="imports_go", type="primary")
    if trial:
        st.session_state["imports_trial"] = (signature, _import(view, path, options, dry_run=True))
    if go:
        _done(view, _import(view, path, options, dry_run=False))
    held = st.session_state.get("imports_trial")
    if held is not None and held[0] == signature:
        _trial(view, held[1])


def _import(view: View, path: Path, options: ImportOptions, *, dry_run: bool) -> deeds.ImportReport:
    bar = st.progress(0.0, text=view.say("imports.stage.reading"))
    stages = ("reading", "checking", "placing", "villages", "duplicates", "writing")

    def told(stage: str, done: int, total: int) -> None:
        share = (stages.index(stage) + min(1.0, done / max(total, 1))) / len(stages)
        bar.progress(share, text=view.say(f"imports.stage.{stage}"))

    try:
        here = replace(options, today=view.at.date())
        return deeds.import_houses(path, options=here, actor=view.actor, at=deed.now(), progress=told, dry_run=dry_run)
    finally:
        bar.empty()


def _trial(view: View, report: deeds.ImportReport) -> None:
    with st.container(key="imports_trial"):
        told = {"read": report.read, "placed": report.placed, "unchanged": report.unchanged,
                "quarantined": report.quarantined}  # fmt: skip
        split = view.say("imports.split", added=report.added, changed=report.changed)
        head = f'{import_result.counts(view, told)}<p class="muted">{html(split)}</p>'
        import_result.card(view.say("imports.trial"), head, key="imports_trial_counts")
        _notes(view, report.notes)
        import_result.card(view.say("imports.by_reason"), import_result.reasons(view, report.by_reason),
                           key="imports_trial_reasons")  # fmt: skip
        import_result.card(view.say("imports.problems"), import_result.problems(view, report.problems),
                           key="imports_trial_rows")  # fmt: skip


def _done(view: View, report: deeds.ImportReport) -> None:
    """The file is in: forget it, and show its import."""
    st.session_state["imports_turn"] += 1
    for name in ("imports_table", "imports_trial"):
        st.session_state.pop(name, None)
    said = view.say("imports.done", n=f"{report.placed:,}", seconds=round(report.seconds, 1), added=report.added,
                    changed=report.changed)  # fmt: skip
    flash(said, kind="success" if report.placed or not report.quarantined else "warning")
    if report.repaired:
        flash(view.say("imports.repaired", n=report.repaired))
    st.query_params["batch"] = str(report.batch_id)
    st.rerun()


def _history(view: View) -> None:
    with reading() as connection:
        rows = imports.batches(connection, county=view.county)
    with st.container(key="imports_history"):
        if rows:
            press(import_result.history(view, rows), key="imports_past", told=_opened)
        else:
            empty(view.say("imports.none"), hint=view.say("imports.none_hint"))


def _opened(sent: str) -> None:
    if sent.isascii() and sent.isdigit():
        st.query_params["batch"] = sent[:18]


def _batch(view: View, batch_id: int) -> None:
    """One import: its counts, its rows to be mended, its houses on the map."""
    with reading() as connection:
        row = imports.batch(connection, county=view.county, batch_id=batch_id)
        waiting, mended, by_reason = imports.held(connection, county=view.county, batch_id=batch_id)
    title(row["file_name"], hint=moment(row["started_at"], now=view.at, lang=view.lang))
    st.button(view.say("imports.again"), key="imports_again", icon=":material/arrow_back:", on_click=_shut)
    if row["state"] != "done":
        empty(view.say("imports.nothing_in"), hint=view.say("imports.untouched"))
        return
    with st.container(key="imports_result"):
        import_result.card(view.say("imports.law"), import_result.counts(view, row), key="imports_counts")
        if waiting:
            _mend(view, row, mended, by_reason)
        elif mended:
            st.success(view.say("imports.all_mended", n=mended))
        if row["kind"] != "tickets":
            _placed(view, row, batch_id)


def _shut() -> None:
    st.query_params.pop("batch", None)


def _mend(view: View, batch: Row, mended: int, by_reason: dict[str, int]) -> None:
    import_result.card(view.say("imports.by_reason"), import_result.reasons(view, by_reason), key="imports_reasons")
    batch_id, forms = int(batch["id"]), ("csv",) if batch["kind"] == "tickets" else ("xlsx", "csv")
    if mended:
        st.caption(view.say("imports.some_mended", n=mended))
    with reading() as connection:
        rows = imports.quarantined(connection, county=view.county, batch_id=batch_id, limit=MOST_ROWS)
    found = [quarantine.problem_of(one["row_no"], plain) for one in rows if one["state"] == "open"
             for plain in one["problems"]]  # fmt: skip
    token = st.context.cookies.get(COOKIE)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for form in forms:
            st.download_button(
                view.say("imports.download", form=form), data=partial(_file, token, batch_id, form), on_click="ignore",
                file_name=f"{view.say('imports.to_mend')}-{batch_id}.{form}", key=f"imports_download_{form}",
                icon=":material/download:", type="primary" if form == forms[0] else "secondary",
            )  # fmt: skip
        st.caption(view.say("imports.mend_hint"))
    import_result.card(view.say("imports.problems"), import_result.problems(view, found), key="imports_problems")


def _file(token: str | None, batch_id: int, form: str) -> bytes:
    """The rows in clear, for whoever is still signed in when it is asked for; it goes into the audit."""
    found = sign_in.who(token, at=deed.now())
    return b"" if found is None else deeds.quarantine_file(batch_id, actor=found[0], form=form, lang=found[1])[1]


def _placed(view: View, row: Row, batch_id: int) -> None:
    with reading() as connection:
        frame = imports.placed_frame(connection, county=view.county, batch_id=batch_id, limit=MOST_MARKERS)
        villages = division.divisions_frame(connection, county=view.county, level="village")
    if frame.empty:
        st.caption(view.say("imports.no_points"))
        return
    words = view.say("imports.on_map", n=f"{len(frame):,}", placed=f"{row['placed']:,}")
    st.html(f'<h2 class="anju-h2">{html(words)}</h2>')
    import_result.placed_map(view, frame, villages, key=f"imports_map_{batch_id}")
