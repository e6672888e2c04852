"""Bringing in the cases that another system kept: the file, how it is read, a trial, the import."""

from pathlib import Path

import streamlit as st

from actions import deed
from actions.elsewhere import CaseImport, import_cases
from exchange.case_mapping import mapping_of
from gis.errors import AnjuError
from layers.escape import html
from ui import import_result
from ui.state import View, flash
from ui.upload import kept, uploader

TYPES = ["csv", "tsv", "txt", "gz"]
LINES_PX = 340
SKETCH = """[columns]
id = "案件编号"
opened = "受理时间"
closed = "办结时间"
type = "问题类型"
place = ["街道", "地址"]
department = "承办单位"
lon = "经度"
lat = "纬度"

[dates]
formats = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]
crs = "GCJ-02"

[types]
"电动车楼道充电" = "FI06"

[departments]
"消防大队" = "fire"

[due]
days = 15

[numbers]
prefix = "OLD-"
"""
"""A mapping to begin from: which column is what, how days are written, what the other system's words mean here."""


def wizard(view: View) -> None:
    """Draw the steps: the file, its mapping, a trial, the import."""
    turn = st.session_state.setdefault("imports_turn", 0)
    with st.container(border=True, key="cases_file"):
        st.html(f'<h2 class="anju-step-head"><i>1</i>{html(view.say("imports.cases_file"))}</h2>')
        given = uploader(view, view.say("imports.cases_file"), types=TYPES, key=f"cases_given_{turn}")
    with st.container(border=True, key="cases_mapping"):
        st.html(f'<h2 class="anju-step-head"><i>2</i>{html(view.say("imports.cases_mapping"))}</h2>')
        st.caption(view.say("imports.cases_mapping_hint"))
        told = st.text_area(view.say("imports.cases_mapping"), SKETCH, key="cases_told", height=LINES_PX,
                            label_visibility="collapsed")  # fmt: skip
    with st.container(border=True, key="cases_run"):
        st.html(f'<h2 class="anju-step-head"><i>3</i>{html(view.say("imports.step_run"))}</h2>')
        with st.container(horizontal=True, gap="small"):
            trial = st.button(view.say("imports.try"), key="cases_try", disabled=given is None)
            go = st.button(view.say("imports.go"), key="cases_go", type="primary", disabled=given is None)
        if given is not None and (trial or go):
            _try(view, kept(given), told, dry_run=not go)


def _try(view: View, path: Path, told: str, *, dry_run: bool) -> None:
    bar = st.progress(0.0, text=view.say("imports.stage.reading"))

    def step(done: int, total: int) -> None:
        bar.progress(min(1.0, done / max(total, 1)), text=view.say("imports.stage.checking"))

    try:
        mapping = mapping_of(told, name=view.say("imports.cases_mapping"))
        report = import_cases(path, mapping, actor=view.actor, at=deed.now(), dry_run=dry_run, progress=step)
    except AnjuError as error:
        with st.container(key="imports_refused"):
            st.error(view.error(error))
            st.caption(view.say("imports.untouched"))
        return
    finally:
        bar.empty()
    if dry_run:
        _trial(view, report)
        return
    st.session_state["imports_turn"] += 1
    flash(view.say("imports.cases_done", n=f"{report.placed:,}", seconds=report.seconds))
    if report.repaired:
        flash(view.say("imports.repaired", n=report.repaired))
    st.query_params["batch"] = str(report.batch_id)
    st.rerun()


def _trial(view: View, report: CaseImport) -> None:
    with st.container(key="cases_trial"):
        told = {"read": report.read, "placed": report.placed, "unchanged": report.unchanged,
                "quarantined": report.quarantined}  # fmt: skip
        split = view.say("imports.cases_split", closed=report.closed, open=report.open, duplicates=report.duplicates)
        head = f'{import_result.counts(view, told)}<p class="muted">{html(split)}</p>'
        import_result.card(view.say("imports.trial"), head, key="cases_trial_counts")
        if report.types:
            names = "、".join(f"{name} {n:,}" for name, n in report.types.items())
            st.caption(view.marked("imports.cases_types", names=names))
        if report.departments_added:
            st.caption(view.marked("imports.cases_departments", names="、".join(report.departments_added.values())))
        import_result.card(view.say("imports.by_reason"), import_result.reasons(view, report.by_reason),
                           key="cases_trial_reasons")  # fmt: skip
        import_result.card(view.say("imports.problems"), import_result.problems(view, report.problems),
                           key="cases_trial_rows")  # fmt: skip
