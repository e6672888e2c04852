"""The leader's board as markup: figures with change and formula, radar, leagues; every number can be pressed."""

from collections.abc import Sequence
from decimal import Decimal

from db.closing import URGENCIES
from db.kpi import Group
from db.query import Row
from inspections.kpi import INDICATORS, Count, Indicator, Rate
from layers.escape import attribute, html
from ui.figures import BOUNCE, HANDLING, RADAR, STREET, Figures, Opened
from ui.messages import exact
from ui.period import Span
from ui.press import mark
from ui.state import View

SHOWN = ("closure", "closure_on_time", "rework")
FEW = 5
"""Fewer cases than this are shown and not ranked: one case more or less would turn the league over."""
_KNOWN = {row.key: row for row in INDICATORS}


def cards(view: View, told: Figures, span: Span) -> str:
    """Draw the four figures, the honest handling rate, the radar."""
    four = _due(view, told, span) + "".join(_figure(view, told, span, _KNOWN[key]) for key in SHOWN)
    return f'<div class="figures">{four}</div><div style="height:12px"></div>{_honest(view, told)}{_radar(view, told)}'


def _due(view: View, told: Figures, span: Span) -> str:
    n, earlier = told.whole.counts[Count.SHOULD_CLOSE], told.before.counts[Count.SHOULD_CLOSE]
    change = view.say("leader.change_count", sign="+" if n >= earlier else "−", n=abs(n - earlier))
    against = attribute(_against(view, span))
    if not earlier:
        change = view.say("leader.no_before")
    big = mark(str(Opened("closure", "denominator")), f"{n:,}", kind="big")
    said = f"<p><b>{html(_count(view, Count.SHOULD_CLOSE))}</b>: {html(_meaning(view, Count.SHOULD_CLOSE))}</p>"
    return (
        f'<section class="card figure due"><h3>{html(_count(view, Count.SHOULD_CLOSE))}</h3>{big}'
        f'<div class="change flat" title={against}>{html(change)}</div>{_fold(view, "due", said)}</section>'
    )


def _figure(view: View, told: Figures, span: Span, row: Indicator) -> str:
    rate, earlier = told.whole.rates[row.key], told.before.rates[row.key]
    big = mark(str(Opened(row.key, "numerator")), _big(rate.percent), kind="big")
    between = ""
    if row.key == "rework" and rate.percent is not None:
        words = view.say("leader.interval", low=rate.low_percent, high=rate.high_percent)
        between = f'<div class="between" title={attribute(view.say("leader.wilson"))}>{html(words)}</div>'
    return (
        f'<section class="card figure {row.key}"><h3>{html(view.say(row.name_key))}</h3>{big}'
        f'<div class="of">{_of(row, rate)}</div>{between}{_change(view, row, rate, earlier, span)}'
        f"{_fold(view, row.key, _formula(view, row, rate))}</section>"
    )


def _big(percent: Decimal | None) -> str:
    return "—" if percent is None else f"{percent}<i>%</i>"


def _of(row: Indicator, rate: Rate, *, by: str = "") -> str:
    on = mark(f"{row.key}.numerator{by}", f"{rate.numerator:,}")
    return f"{on} / {mark(f'{row.key}.denominator{by}', f'{rate.denominator:,}')}"


def _change(view: View, row: Indicator, rate: Rate, earlier: Rate, span: Span) -> str:
    if rate.percent is None or earlier.percent is None:
        return f'<div class="change flat">{html(view.say("leader.no_before"))}</div>'
    step = rate.percent - earlier.percent
    good = step > 0 if row.better == "more" else step < 0
    kind = "flat" if step == 0 else "good" if good else "bad"
    words = view.say("leader.change_points", sign="+" if step >= 0 else "−", n=abs(step))
    return f'<div class="change {kind}" title={attribute(_against(view, span))}>{html(words)}</div>'


def _against(view: View, span: Span) -> str:
    return view.say("leader.against", first=exact(span.before[0])[:10], last=exact(span.before[1])[:16])


def _fold(view: View, name: str, inner: str) -> str:
    summary = html(view.say("leader.formula"))
    return f"<details data-fold={attribute(name)}><summary>{summary}</summary>{inner}</details>"


def _formula(view: View, row: Indicator, rate: Rate) -> str:
    sides = "".join(
        f"<p><b>{html(_count(view, count))} {n:,}</b>: {html(_meaning(view, count))}</p>"
        for count, n in ((row.numerator, rate.numerator), (row.denominator, rate.denominator))
    )
    return f"<p><b>{html(view.say(row.formula_key))}</b></p>{sides}"


def _count(view: View, count: Count) -> str:
    return view.say(f"kpi.count.{count}")


def _meaning(view: View, count: Count) -> str:
    return view.say(f"kpi.meaning.{count}")


def _honest(view: View, told: Figures) -> str:
    """处理率 alone can be had by closing anything: it stands beside what was in time and what came back."""
    whole = told.whole.rates
    rate = whole[HANDLING]
    on = mark(f"{HANDLING}.numerator", f"{rate.numerator:,}")
    of = mark(f"{HANDLING}.denominator", f"{rate.denominator:,}")
    beside = view.say(
        "leader.beside", on_time=_plain(whole["closure_on_time"].percent), rework=_plain(whole["rework"].percent)
    )
    formula = f"<p>{html(view.say('leader.handling_formula'))}</p><p>{html(view.say('leader.handling_why'))}</p>"
    referred = view.say("leader.referred", n=told.whole.counts[Count.REFERRED])
    return (
        f'<section class="card handling"><h2>{html(view.say("leader.handling"))}</h2><div class="honest">'
        f"{mark(f'{HANDLING}.numerator', _big(rate.percent), kind='big')}"
        f'<div>{on} / {of} <span class="muted">{html(referred)}</span></div>'
        f'<div class="muted">{html(beside)}</div></div>'
        f"{_fold(view, HANDLING, formula)}</section>"
    )


def _plain(percent: Decimal | None) -> str:
    return "—" if percent is None else f"{percent} %"


def _radar(view: View, told: Figures) -> str:
    buttons = "".join(
        mark(f"{RADAR}.{name}", f"<b>{told.radar[name]:,}</b><span>{html(view.say(f'leader.radar.{name}'))}</span>",
             kind=f"is-{name}")
        for name in URGENCIES
    )  # fmt: skip
    head = f"{html(view.say('leader.radar_title'))}<small>{html(view.say('leader.radar_hint'))}</small>"
    return f'<section class="card"><h2>{head}</h2><div class="radar">{buttons}</div></section>'


def league(view: View, groups: Sequence[Group], by: str) -> str:
    """Towns or departments, the best on time first; those with few cases below, without a rank."""
    named = [group for group in groups if group.key and group.rates["closure"].denominator]
    ranked = sorted((one for one in named if one.rates["closure"].denominator >= FEW), key=_place)
    few = sorted((one for one in named if one.rates["closure"].denominator < FEW), key=_place)
    rows = [_row(view, one, by, rank) for rank, one in enumerate(ranked, 1)] + [
        _row(view, one, by, None) for one in few
    ]
    body = "".join(rows) or f'<tr><td class="l muted" colspan="6">{html(view.say("leader.league_empty"))}</td></tr>'
    heads = "".join(f"<th>{html(view.say(key))}</th>" for key in (
        "leader.short.due", "leader.short.closure", "leader.short.on_time", "leader.short.rework"))  # fmt: skip
    note = html(view.say("leader.few", n=FEW)) if few else ""
    title = html(view.say("leader.towns" if by == "town" else "leader.departments"))
    return (
        f'<section class="card league-{by}"><h2>{title}<small>{note}</small></h2>'
        f'<div class="scroll" data-scroll><table><thead><tr><th></th>'
        f'<th class="l">{html(view.say(f"leader.{by}"))}</th>{heads}</tr></thead><tbody>{body}</tbody></table>'
        "</div></section>"
    )


def _place(group: Group) -> tuple[Decimal, int]:
    rate = group.rates["closure_on_time"]
    return (-(rate.percent or Decimal(0)), -rate.denominator)


def _row(view: View, group: Group, by: str, rank: int | None) -> str:
    tail = f".{by}.{group.key}"
    name = (group.name_en if view.lang == "en" else group.name) or group.name or group.key
    on_time = group.rates["closure_on_time"]
    width = float(on_time.percent or 0)
    bar = f'<span class="bar"><i style="width:{width:.0f}%"></i></span>'
    cells = [
        mark(f"closure.denominator{tail}", f"{group.rates['closure'].denominator:,}"),
        _cell(group.rates["closure"], f"closure.numerator{tail}"),
        bar + _cell(on_time, f"closure_on_time.numerator{tail}"),
        _cell(group.rates["rework"], f"rework.numerator{tail}"),
    ]
    kind = ' class="few"' if rank is None else ""
    shown = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr{kind}><td class="rank">{rank or "·"}</td><td class="l">{html(name)}</td>{shown}</tr>'


def _cell(rate: Rate, what: str) -> str:
    if rate.percent is None:
        return "—"
    return mark(what, f"{rate.percent:.1f} %", title=f"{rate.numerator} / {rate.denominator}")


def bounces(view: View, told: Figures) -> str:
    """Who passed on to whom, as a square of departments: down who passed, across to whom, the darker the oftener."""
    passed = {(row["from_department"], row["to_department"]): int(row["passed"]) for row in told.bounces}
    codes = _busiest(passed)
    total = sum(passed.values())
    note = html(view.say("leader.bounces_total", n=total))
    if not codes:
        body = f'<p class="muted">{html(view.say("leader.bounces_none"))}</p>'
    else:
        heads = "".join(f'<th title={attribute(name_of(view, told, code))}>{html(_brief(view, told, code))}</th>'
                        for code in codes)  # fmt: skip
        most = max(passed.values())
        rows = "".join(_passer(view, told, passed, code, codes, most) for code in codes)
        axes = html(view.say("leader.bounces_axes"))
        body = (
            f'<div class="scroll"><table class="matrix"><thead><tr><th class="l">{axes}</th>'
            f"{heads}<th>{html(view.say('leader.bounces_sum'))}</th></tr></thead><tbody>{rows}</tbody></table></div>"
        )
    return f'<section class="card"><h2>{html(view.say("leader.bounces"))}<small>{note}</small></h2>{body}</section>'


def _busiest(passed: dict[tuple[str, str], int]) -> list[str]:
    """Every department that passed on or was passed to, who passed most first."""
    out: dict[str, int] = {}
    for (giver, taker), n in passed.items():
        out[giver] = out.get(giver, 0) + n
        out.setdefault(taker, 0)
    return sorted(out, key=lambda code: (-out[code], code))


def _passer(
    view: View, told: Figures, passed: dict[tuple[str, str], int], giver: str, codes: Sequence[str], most: int
) -> str:
    cells = []
    for taker in codes:
        n = passed.get((giver, taker), 0)
        shade = f' style="--n:{round(100 * n / most)}%"' if n else ""
        inner = mark(str(Opened(BOUNCE, "passed", giver, taker)), f"{n:,}",
                     title=f"{name_of(view, told, giver)} → {name_of(view, told, taker)}") if n else ""  # fmt: skip
        cells.append(f'<td class="{"self" if giver == taker else "cell"}"{shade}>{inner}</td>')
    whole = sum(passed.get((giver, taker), 0) for taker in codes)
    name = html(name_of(view, told, giver))
    return f'<tr><td class="l">{name}</td>{"".join(cells)}<td>{f"{whole:,}" if whole else ""}</td></tr>'


def name_of(view: View, told: Figures, code: str) -> str:
    """What a department is called in the language of the screen."""
    row = told.named.get(code, {})
    return str((row.get("name_en") if view.lang == "en" else row.get("name")) or row.get("name") or code)


def _brief(view: View, told: Figures, code: str) -> str:
    """What heads a narrow column: two characters, or a short word."""
    name = name_of(view, told, code)
    return name.split()[0][:6] if view.lang == "en" else name[:2]


def streets(view: View, told: Figures) -> str:
    """The streets with most late cases, a bar each."""
    most = max((int(row["late"]) for row in told.streets), default=0)
    body = "".join(_street(row, most) for row in told.streets)
    body = body or f'<p class="muted">{html(view.say("leader.streets_none"))}</p>'
    note = html(view.say("leader.streets_hint"))
    return (
        f'<section class="card streets"><h2>{html(view.say("leader.streets"))}<small>{note}</small></h2>'
        f'<div class="scroll" data-scroll>{body}</div></section>'
    )


def _street(row: Row, most: int) -> str:
    n = int(row["late"])
    what = str(Opened(STREET, "late", row["village"], row["street"]))
    where = f'{html(row["street"])} <span class="muted">{html(row["village_name"] or "")}</span>'
    return (
        f'<div class="street"><span class="name">{where}</span>'
        f'<span class="bar"><i style="width:{100 * n / most:.0f}%"></i></span>'
        f"{mark(what, f'{n:,}')}</div>"
    )
