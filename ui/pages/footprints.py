"""What was built between two surveys of outlines: a map, a list by square metres, a decision for each."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from actions.footprints import place
from db import footprint
from db.footprint import NoSuchCandidateError
from db.query import Row
from inspections.addition_case import State
from layers.base import base_map
from layers.escape import attribute, html
from layers.footprints import additions, legend_rows
from layers.houses import house_tiles
from ui import address, atlas, footprint_card, parts
from ui.frame import empty, title
from ui.map_look import look
from ui.press import press
from ui.state import View, reading

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MAP_PX, MOST = 560, 200
CHOICES = ("open", "visit_asked", "confirmed", "dismissed", "all")
TAGS = {"open": "warn", "visit_asked": "good", "confirmed": "bad", "dismissed": ""}


def page(view: View) -> None:
    """Draw the candidates of a comparison; comparison, state and the one in hand stand in the address bar."""
    view.actor.require("footprints.decide", place(view.county))
    in_hand = footprint_card.CHOSEN in st.query_params
    title(view.say("footprints.title"), hint="" if in_hand else view.say("footprints.hint"))
    with reading() as connection:
        compared = footprint.comparisons(connection, view.county)
    if not compared:
        empty(view.say("footprints.none"), hint=view.say("footprints.none_hint"))
        return
    row = _which(view, compared)
    state = _state(view, row)
    with reading() as connection:
        frame = footprint.candidates(connection, view.county, row["id"], state=state, most=MOST)
        chosen = _in_hand(view, connection, row["id"])
    left, right = st.columns([60, 40], gap="medium")
    with left:
        _map(view, frame, chosen)
        with st.container(key="footprints_notes" if chosen is None else "footprints_notes_in_hand", gap="small"):
            _notes(view, row)
    with right:
        if chosen is not None:
            footprint_card.draw(view, chosen, [int(key) for key in frame["id"]])
        else:
            _list(view, frame)


def _which(view: View, compared: list[Row]) -> Row:
    keys = [str(row["id"]) for row in compared]
    by_key = dict(zip(keys, compared, strict=True))
    address.start("footprints_pair", address.read("pair", keys) or keys[0])
    if len(keys) > 1:
        st.selectbox(
            view.say("footprints.which"), keys, key="footprints_pair", width=320, label_visibility="collapsed",
            format_func=lambda key: view.say("footprints.pair", old=by_key[key]["old"], new=by_key[key]["new"]),
            on_change=footprint_card.shut,
        )  # fmt: skip
    key = str(st.session_state["footprints_pair"]) if len(keys) > 1 else keys[0]
    address.write("pair", key if key != keys[0] else None)
    return by_key.get(key, compared[0])


def _state(view: View, row: Row) -> State | None:
    counts = {name: int(row[name]) for name in CHOICES[:-1]}
    counts["all"] = sum(counts.values())
    address.start("footprints_state", address.read("state", CHOICES) or "open")
    told = st.pills(
        view.say("footprints.which"), CHOICES, key="footprints_state", required=True, label_visibility="collapsed",
        format_func=lambda name: f"{_state_word(view, name)} {counts[name]:,}", on_change=footprint_card.shut,
    )  # fmt: skip
    address.write("state", None if told == "open" else told)
    return None if told == "all" else State(str(told))


def _state_word(view: View, name: str) -> str:
    return view.say("footprints.all") if name == "all" else view.say(f"footprints.state.{name}")


def _fit(view: View, row: Row) -> str:
    return view.say("footprints.fit", matched=f"{row['matched']:,}", wall=f"{row['residual_m']:.2f}",
                    tolerance=f"{row['tolerance_m']:.2f}", gone=f"{row['gone']:,}")  # fmt: skip


def _notes(view: View, row: Row) -> None:
    swatches = "".join(f"<span>{swatch}{html(words)}</span>" for swatch, words in legend_rows(view.lang))
    parts.put(f'<div class="anju-swatches">{swatches}</div><p class="anju-mapnote">{html(_fit(view, row))}</p>')


def _in_hand(view: View, connection: Any, comparison_id: int) -> Row | None:
    told = str(st.query_params.get(footprint_card.CHOSEN, ""))
    if not (told.isascii() and told.isdigit()):
        return None
    try:
        row = footprint.candidate(connection, view.county, int(told[:15]))
    except NoSuchCandidateError:
        return None
    return row if row["comparison_id"] == comparison_id else None


def _map(view: View, frame: "GeoDataFrame", chosen: Row | None) -> None:
    import geopandas as gpd

    shown = frame
    if chosen is not None and chosen["id"] not in set(frame["id"]):
        one = gpd.GeoDataFrame([{name: chosen[name] for name in ("id", "kind", "added_m2", "state")}],
                               geometry=[chosen["part"]], crs=4490)  # fmt: skip
        shown = one if frame.empty else gpd.GeoDataFrame(
            _concat(frame[["id", "kind", "added_m2", "state", "geometry"]], one), crs=4490)  # fmt: skip
    bounds = atlas.keep("footprints", atlas.bounds_of(shown))
    if bounds is None:
        empty(view.say("footprints.nothing"), hint=view.say("footprints.nothing_hint"))
        return
    paper = base_map(bounds, lang=view.lang)
    old, new = (_series(chosen, name) for name in ("old_outline", "new_outline"))
    group = additions(
        shown[["id", "kind", "added_m2", "state", "geometry"]], chosen=chosen["id"] if chosen else None, old=old,
        new=new, lang=view.lang,
    )  # fmt: skip
    closer = {} if chosen is None else look(chosen["new_outline"].bounds, height_px=MAP_PX, closest=20)
    with st.container(key="footprints_map"):
        returned = atlas.draw(paper, [*_houses(view, chosen), group], key="footprints", height_px=MAP_PX, **closer)
    hit = atlas.fresh(returned, key="footprints")
    if hit is not None and hit.kind == "addition":
        footprint_card.choose(hit.id)
        st.rerun()


def _houses(view: View, chosen: Row | None) -> list[Any]:
    """The registered houses around the one in hand; from afar they would hide what is looked for."""
    if chosen is None:
        return []
    return [house_tiles(atlas.tiles_url(), link_template="/house?code={code}", lang=view.lang)]


def _concat(frame: "GeoDataFrame", one: "GeoDataFrame") -> Any:
    import pandas as pd

    return pd.concat([frame, one], ignore_index=True)


def _series(chosen: Row | None, name: str) -> Any:
    from geopandas import GeoSeries

    return None if chosen is None or chosen[name] is None else GeoSeries([chosen[name]], crs=4490)


def _list(view: View, frame: "GeoDataFrame") -> None:
    if frame.empty:
        empty(view.say("footprints.nothing"), hint=view.say("footprints.nothing_hint"))
        return
    total = f"{float(frame['added_m2'].sum()):,.0f}"
    head = html(view.say("footprints.list_count", n=f"{len(frame):,}", m2=total))
    body = "".join(_row(view, row) for row in frame.astype(object).to_dict("records"))
    press(f'<section class="card"><h2>{head}</h2><div class="scroll tall" data-scroll><table><tbody>{body}</tbody>'
          f"</table></div></section>", key="footprints_list", told=footprint_card.choose)  # fmt: skip
    if len(frame) == MOST:
        parts.put(f'<p class="anju-mapnote">{html(view.say("footprints.first_rows", n=MOST))}</p>')
    first = str(frame["id"].iloc[0])
    st.button(view.say("footprints.next"), key="footprints_first", shortcut="ArrowDown", width="stretch",
              on_click=footprint_card.choose, args=(first,))  # fmt: skip


def _row(view: View, row: dict[str, Any]) -> str:
    where = footprint_card.where(view, row)
    kind, state, certainty = (view.say(f"footprints.{name}.{row[name]}") for name in ("kind", "state", "certainty"))
    told = kind if row["certainty"] == "clear" else f"{kind} · {certainty}"
    size = view.say("footprints.m2", m2=f"{row['added_m2']:,.0f}")
    plus = view.say("footprints.plus_minus", m2=f"{row['plus_minus_m2']:,.0f}")
    return (
        f"<tr data-press={attribute(row['id'])}><td><b>{html(size)}</b><br>"
        f'<small class="muted">{html(plus)}</small></td>'
        f'<td class="l wrap">{html(told)}<br><small class="muted">{html(where)}</small></td>'
        f'<td><span class="tag {TAGS[row["state"]]}">{html(state)}</span></td></tr>'
    )
