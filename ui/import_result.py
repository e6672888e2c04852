"""What came of a file: the counts that add up, the reasons, the rows to be mended, the houses on the map."""

from collections import Counter
from collections.abc import Sequence
from string import Formatter
from typing import TYPE_CHECKING

from streamlit_folium import st_folium

from db.query import Row
from exchange.problems import Problem
from layers.base import base_map
from layers.boundaries import boundaries
from layers.escape import attribute, html
from layers.houses import houses
from ui.messages import moment
from ui.parts import house_link
from ui.press import mark, press
from ui.state import View
from words import catalogue

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MAP_PX = 420
SHOWN_ROWS = 300


def counts(view: View, figures: dict[str, int]) -> str:
    """读入 = 入库 + 未变 + 待修, as large numbers; ``figures`` holds read, placed, unchanged, quarantined."""
    kinds = {"quarantined": " bad" if figures["quarantined"] else "", "placed": " good"}
    signs = ("", "=", "+", "+")
    boxes = "".join(
        f'<i>{sign}</i><div class="count{kinds.get(name, "")}" data-count="{name}"><b>{figures[name]:,}</b>'
        f"<span>{html(view.say(f'imports.count.{name}'))}</span></div>"
        for sign, name in zip(signs, ("read", "placed", "unchanged", "quarantined"), strict=True)
    )
    return f'<div class="counts">{boxes}</div>'


def reasons(view: View, by_reason: dict[str, int]) -> str:
    """Reasons and how many rows each holds back, the commonest first."""
    if not by_reason:
        return ""
    rows = "".join(
        f'<tr><td class="l wrap">{html(reason_name(view, reason))}</td><td>{n:,}</td></tr>'
        for reason, n in Counter(by_reason).most_common()
    )
    heads = f'<th class="l">{html(view.say("imports.reason"))}</th><th>{html(view.say("imports.rows"))}</th>'
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def reason_name(view: View, reason: str) -> str:
    """A reason without the figures of a single row."""
    template = catalogue(view.lang)[f"exchange.reason.{reason}"]
    named = {name for _, name, _, _ in Formatter().parse(template) if name}
    return template.format(**dict.fromkeys(named, "…"))


def problems(view: View, found: Sequence[Problem]) -> str:
    """The rows to be mended: row, field, value (masked), reason, cure."""
    if not found:
        return ""
    names = ("row", "field", "value", "reason", "cure")
    heads = "".join(f'<th class="l">{html(view.say(f"imports.{name}"))}</th>' for name in names)
    body = "".join(_problem(view, one, names) for one in found[:SHOWN_ROWS])
    more = len(found) - SHOWN_ROWS
    note = f'<p class="muted">{html(view.say("imports.rows_more", n=more))}</p>' if more > 0 else ""
    table = f'<table class="wide problems"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="scroll tall" data-scroll>{table}</div>{note}'


def _problem(view: View, one: Problem, names: tuple[str, ...]) -> str:
    texts = (str(one.row), one.where(view.lang), one.value or "—", one.why(view.lang), one.cure(view.lang))
    cells = "".join(
        f'<td class="l wrap {name}" data-name={attribute(view.say(f"imports.{name}"))}>{html(text)}</td>'
        for name, text in zip(names, texts, strict=True)
    )
    return f"<tr>{cells}</tr>"


def history(view: View, rows: list[Row]) -> str:
    """Imports so far, the latest first; each opens by its id."""
    heads = "".join(f'<th class="{side}">{html(view.say(f"imports.{name}"))}</th>' for name, side in (
        ("file", "l"), ("when", "l"), ("count.placed", ""), ("open_rows", "")))  # fmt: skip
    body = "".join(_past(view, row) for row in rows)
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    head = f"<h2>{html(view.say('imports.history'))}</h2>"
    return f'<section class="card">{head}<div class="scroll">{table}</div></section>'


def _past(view: View, row: Row) -> str:
    name = mark(str(row["id"]), html(row["file_name"][:60]))
    if row["state"] == "failed":
        held = f'<span class="tag bad">{html(view.say("imports.failed"))}</span>'
    else:
        held = f'<span class="tag warn">{row["open_rows"]:,}</span>' if row["open_rows"] else "0"
    when = html(moment(row["started_at"], now=view.at, lang=view.lang))
    placed = f"{row['placed'] or 0:,}"
    return f'<tr><td class="l wrap">{name}</td><td class="l">{when}</td><td>{placed}</td><td>{held}</td></tr>'


def card(title: str, inner: str, *, key: str) -> None:
    """A card of markup; nothing in it is pressed."""
    if inner:
        press(f'<section class="card"><h2>{html(title)}</h2>{inner}</section>', key=key, told=lambda _: None)


def placed_map(view: View, frame: "GeoDataFrame", villages: "GeoDataFrame", *, key: str) -> None:
    """The houses that were placed, inside the outlines of the villages about them; both frames EPSG:4490."""
    west, south, east, north = (float(value) for value in frame.total_bounds)
    pad = 0.002
    near = villages.cx[west - pad : east + pad, south - pad : north + pad]
    st_folium(
        base_map((west - pad, south - pad, east + pad, north + pad), lang=view.lang), key=key, height=MAP_PX,
        use_container_width=True, returned_objects=[],
        feature_group_to_add=[
            boundaries(near, level="village", lang=view.lang), houses(frame, link=house_link, lang=view.lang),
        ],
    )  # fmt: skip
