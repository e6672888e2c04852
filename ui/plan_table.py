"""The planned rounds of a day as tables: one line an inspector; one round's stops with why, and what is left out."""

from typing import Any

from db import plan
from db.query import Row
from gis.day import Reason
from inspections.deadline import SHANGHAI
from layers.escape import attribute, html
from ui.messages import exact, metres
from ui.parts import house_link, link
from ui.press import mark
from ui.state import View


def rounds(view: View, rows: list[Row], required: dict[int, int], chosen: int | None) -> str:
    """One line an inspector; ``required`` tells by account how many houses that must be seen are on no round."""
    names = ("inspector", "stops", "minutes", "metres", "unserved", "required")
    heads = "".join(f'<th class="{"l" if at == 0 else ""}">{html(view.say(f"plans.{name}"))}</th>'
                    for at, name in enumerate(names))  # fmt: skip
    body = "".join(_round(view, row, required.get(row["account_id"], 0), chosen) for row in rows)
    total = _total(view, rows, sum(required.values()))
    return f"<table class='rounds'><thead><tr>{heads}</tr></thead><tbody>{body}</tbody><tfoot>{total}</tfoot></table>"


def _round(view: View, row: Row, required: int, chosen: int | None) -> str:
    left = f'<span class="tag bad">{required}</span>' if required else "0"
    done = f' <small class="muted">{row["done"]}✓</small>' if row["done"] else ""
    key = str(row["account_id"])
    full = row["minutes"] / max(row["shift_minutes"], 1) * 100
    bar = f'<span class="bar"><i style="width:{min(full, 100):.0f}%"></i></span>'
    kind = ' class="chosen"' if row["account_id"] == chosen else ""
    return (
        f'<tr data-press={attribute(key)}{kind}><td class="l">{mark(key, html(row["inspector"]))}</td>'
        f"<td>{row['stops']}{done}</td><td>{bar}{round(row['minutes'])}</td>"
        f"<td>{html(metres(row['metres'], lang=view.lang))}</td><td>{row['unserved']}</td><td>{left}</td></tr>"
    )


def _total(view: View, rows: list[Row], required: int) -> str:
    sums = {name: sum(row[name] for row in rows) for name in ("stops", "minutes", "metres", "unserved")}
    return (
        f'<tr><td class="l"><b>{html(view.say("plans.total", n=len(rows)))}</b></td><td><b>{sums["stops"]:,}</b></td>'
        f"<td>{round(sums['minutes']):,}</td><td>{html(metres(sums['metres'], lang=view.lang))}</td>"
        f"<td>{sums['unserved']:,}</td><td>{required:,}</td></tr>"
    )


def stops(view: View, rows: list[Row]) -> str:
    """The stops of one round in order: when, where, why."""
    names = ("seq", "eta", "house", "why", "leg", "state")
    heads = "".join(f'<th class="l">{html(view.say(f"plans.{name}"))}</th>' for name in names)
    body = "".join(_stop(view, row, names) for row in rows)
    return f'<table class="wide stops"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _stop(view: View, row: Row, names: tuple[str, ...]) -> str:
    state = html(view.say(f"plans.states.{row['state']}"))
    if row["skip_reason"]:
        state += f" · {html(row['skip_reason'])}"
    eta = row["eta_at"].astimezone(SHANGHAI)
    cells = (
        str(row["seq"]),
        f"<span title={attribute(exact(row['eta_at']))}>{eta:%H:%M}</span>",
        link(house_link(row["code"]), row["short"], kind="mark"),
        html(plan.why(row["reason"], view.lang)),
        html(
            view.say(
                "plans.leg_of", metres=metres(row["travel_m"], lang=view.lang), minutes=round(row["service_minutes"])
            )
        ),
        state,
    )
    return "<tr>" + "".join(
        f'<td class="l {name}" data-name={attribute(view.say(f"plans.{name}"))}>{cell}</td>'
        for name, cell in zip(names, cells, strict=True)
    ) + "</tr>"  # fmt: skip


def unserved(view: View, left: list[dict[str, Any]], houses: dict[int, Row]) -> str:
    """Due houses on no round: which, why due, why not, those that must be seen first."""
    if not left:
        return ""
    names = ("house", "why", "not_why")
    heads = "".join(f'<th class="l">{html(view.say(f"plans.{name}"))}</th>' for name in names)
    ordered = sorted(left, key=lambda one: not one.get("required"))
    body = "".join(_left(view, one, houses, names) for one in ordered)
    return f'<table class="wide unserved"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _left(view: View, one: dict[str, Any], houses: dict[int, Row], names: tuple[str, ...]) -> str:
    house, holder = (houses.get(int(key or 0)) for key in (one["house_id"], one.get("displaced_by")))
    by = holder["short"] if holder else ""
    where = link(house_link(house["code"]), house["short"], kind="mark") if house else "—"
    must = f' <span class="tag bad">{html(view.say("plans.must"))}</span>' if one.get("required") else ""
    cells = (where + must, html(plan.why(one, view.lang)), html(not_why(view, one, by)))
    return "<tr>" + "".join(
        f'<td class="l {name}" data-name={attribute(view.say(f"plans.{name}"))}>{cell}</td>'
        for name, cell in zip(names, cells, strict=True)
    ) + "</tr>"  # fmt: skip


def not_why(view: View, one: dict[str, Any], by: str = "") -> str:
    """Why a due house is on no round, in words; ``by`` is the address of the stop that holds its place."""
    if one.get("extra_minutes") is None:
        return view.say("gis.reason.nobody" if one["reason"] == Reason.NOBODY else "gis.reason.no_shift")
    figures = {name: round(one.get(name) or 0) for name in ("extra_minutes", "spare_minutes", "extra_metres")}
    told = view.say(f"gis.reason.{Reason(one['reason'])}", prize=round(one.get("prize_m") or 0), **figures)
    return told + (view.say("plans.displaced", by=by) if by else "")
