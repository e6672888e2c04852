"""Times, distances and codes as people say them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from words import say, say_hazard

SHANGHAI = ZoneInfo("Asia/Shanghai")
_GROUPS = (6, 3, 3, 5, 2, 4, 2, 1)


def moment(at: datetime | None, *, now: datetime, lang: str) -> str:
    """今天 14:30, 昨天 09:05, 6月3日 16:00, 2025-11-03: the nearer, the shorter. None becomes a dash."""
    if at is None:
        return "—"
    local, today = at.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
    clock = f"{local:%H:%M}"
    names = {0: "today", -1: "yesterday", 1: "tomorrow"}
    offset = (local.date() - today).days
    if offset in names:
        return say(f"time.{names[offset]}", lang, clock=clock)
    if local.year == today.year:
        return say("time.this_year", lang, month=local.month, day=local.day, clock=clock)
    return f"{local:%Y-%m-%d}"


def day(on: date | None, *, today: date, lang: str) -> str:
    """今天, 明天, 6月3日, 2025-11-03; None becomes a dash."""
    if on is None:
        return "—"
    names = {0: "today", -1: "yesterday", 1: "tomorrow"}
    offset = (on - today).days
    if offset in names:
        return say(f"time.{names[offset]}_only", lang)
    if on.year == today.year:
        return say("time.this_year_only", lang, month=on.month, day=on.day)
    return f"{on:%Y-%m-%d}"


def span(length: timedelta, *, lang: str) -> str:
    """2 天 4 小时, 3 小时 20 分, 5 分: the two largest units that say something."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    if days:
        return say("time.days_hours", lang, days=days, hours=hours) if hours else say("time.days", lang, days=days)
    if hours:
        return (
            say("time.hours_minutes", lang, hours=hours, minutes=left) if left else say("time.hours", lang, hours=hours)
        )
    return say("time.minutes", lang, minutes=left)


def clock(due_at: datetime | None, *, now: datetime, lang: str) -> str:
    """还剩 2 天 4 小时 or 超期 3 天; a dash where nothing runs."""
    if due_at is None:
        return "—"
    if due_at >= now:
        return say("time.left", lang, span=span(due_at - now, lang=lang))
    return say("time.late", lang, span=span(now - due_at, lang=lang))


def exact(at: datetime | None) -> str:
    """2026-06-15 14:30:05 in Shanghai, for hovering."""
    return "" if at is None else f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def grouped(code: str) -> str:
    """An address code with its segments apart; anything of another length as it is."""
    if len(code) != sum(_GROUPS):
        return code
    parts, start = [], 0
    for width in _GROUPS:
        parts.append(code[start : start + width])
        start += width
    return "-".join(parts)


def percent(value: float | None) -> str:
    """0.8372 as 83.72 %; a dash where the denominator is zero."""
    return "—" if value is None else f"{value * 100:.2f} %"


def metres(value: float, *, lang: str) -> str:
    """850 米, 2.4 公里."""
    return say("time.metres", lang, n=round(value)) if value < 1000 else say("time.km", lang, n=f"{value / 1000:.1f}")


def hazard(code: str, *, lang: str) -> str:
    """A hazard's name; another system's own word, or the code itself, where no catalogue names it."""
    return say_hazard(code, lang)
