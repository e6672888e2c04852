"""An inspector's own ground: every house in its colour, what is wrong with it, the never visited first."""

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import streamlit as st

from db import atlas as reads
from db import grid, house
from layers.base import Bounds
from layers.escape import html
from layers.grids import grids
from layers.houses import house_tiles, houses
from layers.legend import on_map, risk_legend
from layers.style import RISK_ORDER
from ui import address, atlas, parts
from ui.frame import empty, title
from ui.messages import SHANGHAI
from ui.state import View, reading

Row = parts.Row
MAP_PX, ON_A_PAGE = 360, 20
LET = ("let", "vacant", "self_use", "unknown")


@dataclass(frozen=True)
class Wanted:
    """Which houses are asked for; it lives in the address bar."""

    text: str
    colours: tuple[str, ...]
    let_status: str | None
    never: bool
    page: int

    @property
    def open(self) -> bool:
        """Whether nothing at all is left out."""
        return not (self.text or self.colours or self.let_status or self.never)


def page(view: View) -> None:
    """Draw the grids of whoever is there."""
    on = view.at.astimezone(SHANGHAI).date()
    with reading() as connection:
        ground = grid.grids_frame(connection, county=view.county, on=on, account_id=view.actor.account_id)
    if not len(ground):
        title(view.say("nav.my_grid"))
        empty(view.say("my_grid.none"), hint=view.say("my_grid.none_hint"))
        return
    with st.container(horizontal=True, vertical_alignment="center", key="grid_head"):
        title(view.say("nav.my_grid"))
        shown = _chosen(view, ground)
    ids = [int(key) for key in shown["id"]]
    _health(view, shown, on)
    with reading() as connection:
        counts = house.colours(connection, county=view.county, grid_ids=ids)
    wanted = _filters(view, counts)
    with reading() as connection:
        found = house.search(
            connection, actor=view.actor, text=wanted.text, grid_ids=ids, colours=list(wanted.colours) or None,
            let_status=wanted.let_status, never=wanted.never, page=(ON_A_PAGE, (wanted.page - 1) * ON_A_PAGE),
        )  # fmt: skip
    where, list_ = st.columns([3, 2], gap="medium")
    with where, st.container(key="grid_map"):
        _map(view, shown, wanted, found, counts)
    with list_, st.container(key="houses"):
        _list(view, wanted, found)


def _chosen(view: View, ground: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The grids to be shown: those on main duty, those on backup duty, or one of them."""
    own = ground[ground["account_id"] == view.actor.account_id]
    names = dict(zip(ground["code"], ground["name"], strict=True))
    options = (["main"] if len(own) else []) + (["backup"] if len(own) < len(ground) else []) + list(ground["code"])
    if len(ground) == 1:
        return ground
    address.start("grid", address.read("grid", options) or options[0])
    choice = st.selectbox(
        view.say("my_grid.which"), options, key="grid", label_visibility="collapsed", width=220,
        format_func=lambda key: names.get(key) or view.say(f"my_grid.duty.{key}"),
    )  # fmt: skip
    address.write("grid", None if choice == options[0] else choice)
    if choice in names:
        return ground[ground["code"] == choice]
    return own if choice == "main" else ground[ground["account_id"] != view.actor.account_id]


def _health(view: View, shown: gpd.GeoDataFrame, on: date) -> None:
    with reading() as connection:
        ids = [int(key) for key in shown["id"]]
        rows = reads.health(connection, county=view.county, grid_ids=ids, on=on, now=view.at)
    figures = [
        (view.say(f"my_grid.figure.{name}"), sum(row[name] for row in rows), name in {"overdue", "late"})
        for name in ("houses", "never", "overdue", "open", "late")
    ]
    told = "".join(
        f'<div class="{"bad" if bad and n else ""}"><b>{n:,}</b><span>{html(words)}</span></div>'
        for words, n, bad in figures
    )
    st.html(f'<div class="anju-figures">{told}</div>')


def _filters(view: View, counts: dict[str, int]) -> Wanted:
    address.start("colour", address.read_all("colour", RISK_ORDER))
    address.start("let", address.read("let", LET))
    address.start("never", address.read("never", {"1"}) is not None)
    with st.container(horizontal=True, gap="small", key="grid_filters", vertical_alignment="center"):
        text = st.text_input(view.say("my_grid.search"), key="q", label_visibility="collapsed", max_chars=80,
                             placeholder=view.say("my_grid.search_example"), icon=":material/search:",
                             on_change=_turn, args=(1,))  # fmt: skip
        colours = st.pills(view.say("my_grid.colours"), RISK_ORDER, selection_mode="multi", key="colour",
                           format_func=lambda key: atlas.colour_words(view, key, counts), on_change=_turn, args=(1,),
                           label_visibility="collapsed")  # fmt: skip
        let_status = st.selectbox(
            view.say("my_grid.let"), LET, index=None, key="let", label_visibility="collapsed", width=150,
            format_func=lambda key: view.say(f"house.let.{key}"), placeholder=view.say("my_grid.any_let"),
            on_change=_turn, args=(1,),
        )  # fmt: skip
        never = st.toggle(view.say("my_grid.never"), key="never", on_change=_turn, args=(1,))
    # A search may hold a name or a telephone number: it stays out of the address.
    address.write("colour", colours)
    address.write("let", let_status)
    address.write("never", "1" if never else None)
    return Wanted(text.strip(), tuple(colours), let_status, never, _page_number())


def _page_number() -> int:
    told = str(st.query_params.get("page", "1"))
    return int(told) if told.isdigit() and 0 < int(told) < 10_000 else 1


def _map(view: View, shown: gpd.GeoDataFrame, wanted: Wanted, found: list[Row], counts: dict[str, int]) -> None:
    ids = [int(key) for key in shown["id"]]
    total = int(shown["houses"].sum())
    name = "_".join(str(key) for key in ids)
    bounds: Bounds | None = atlas.keep(f"grid_{name}", atlas.bounds_of(shown))
    with reading() as connection:
        drawn = None
        if total <= atlas.MOST_SHAPES:
            drawn = house.houses_frame(connection, county=view.county, grid_ids=ids, limit=atlas.MOST_SHAPES)
    if bounds is None:
        return
    if drawn is None:
        layer = house_tiles(atlas.tiles_url(wanted.colours), link_template="/house?code={code}", lang=view.lang)
    else:
        kept = _kept(drawn, wanted, found)
        layer = houses(kept.assign(address=kept["short"]), link=parts.house_link, lang=view.lang)
    layer.add_child(on_map(risk_legend(counts, lang=view.lang)))
    # Tiles are clipped to whole zooms, shapes are not.
    atlas.still(view, bounds, [grids(shown, lang=view.lang), layer], key="grid_map_frame", height_px=MAP_PX,
                snap=1 if drawn is None else 0.25)  # fmt: skip


def _kept(drawn: gpd.GeoDataFrame, wanted: Wanted, found: list[Row]) -> gpd.GeoDataFrame:
    """The houses that the filters leave; with a search, those of the list beside the map."""
    if wanted.text:
        return drawn[drawn["id"].isin([row["id"] for row in found])]
    keep = drawn["colour"].isin(wanted.colours) if wanted.colours else drawn["id"] > 0
    if wanted.let_status:
        keep &= drawn["let_status"] == wanted.let_status
    if wanted.never:
        keep &= drawn["last_visit_at"].isna()
    return drawn[keep]


def _list(view: View, wanted: Wanted, found: list[Row]) -> None:
    if not found:
        empty(view.say("my_grid.nothing" if not wanted.open else "my_grid.no_houses"),
              hint=view.say("my_grid.nothing_hint" if not wanted.open else "my_grid.no_houses_hint"))  # fmt: skip
        return
    total = found[0]["found"]
    first = (wanted.page - 1) * ON_A_PAGE + 1
    st.caption(view.say("my_grid.found", n=total, first=first, last=first + len(found) - 1))
    st.html('<div class="anju-houses">' + "".join(_house(view, row) for row in found) + "</div>")
    last = -(-total // ON_A_PAGE)
    if last > 1:
        _pages(view, wanted.page, last)


def _house(view: View, row: Row) -> str:
    seen = (
        f'<b class="anju-soon">{html(view.say("my_grid.unseen"))}</b>' if row["last_visit_at"] is None
        else html(view.say("my_grid.last")) + parts.when(view, row["last_visit_at"])
    )  # fmt: skip
    late = row["due_on"] is not None and row["due_on"] < view.at.astimezone(SHANGHAI).date()
    due = "" if row["due_on"] is None else html(view.say("my_grid.due", day=parts.due_words(view, row)))
    said = parts.reasons(view, row)
    what = [
        view.say("house.kind." + row["kind"]),
        view.say("house.let." + row["let_status"]),
        *([said] if said else []),
    ]
    return (
        f'<a class="anju-house" target="_self" href="{html(parts.house_link(row["code"]))}">'
        f"{parts.shape(row['colour'], big=True)}<div><b>{html(row['short'])}</b><span>{html(' · '.join(what))}</span>"
        f"<small>{seen}<em{' class=anju-late' if late else ''}>{due}</em></small></div></a>"
    )


def _pages(view: View, number: int, last: int) -> None:
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center", key="pages"):
        st.button(view.say("my_grid.before"), key="page_before", disabled=number <= 1, on_click=_turn,
                  args=(number - 1,))  # fmt: skip
        st.html(f'<span class="anju-muted">{number} / {last}</span>')
        st.button(view.say("my_grid.after"), key="page_after", disabled=number >= last, on_click=_turn,
                  args=(number + 1,))  # fmt: skip


def _turn(number: int) -> None:
    address.write("page", str(number) if number > 1 else None)
