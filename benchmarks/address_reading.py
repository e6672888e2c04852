"""Written addresses read into their parts, beside cpca, jionlp, GeocodingCHN and a regular expression of fifteen lines.

Claim: span micro-F1 >= 0.88 over thirteen labels of the hand-segmented dev set; >= 40,000 addresses a second, one core.

    python -m benchmarks address_reading

A span counts when its label and its place in the text are those of the people who divided the text. The others give
official names, not places, and not all labels: each is measured on the labels it gives, its name (in full, else short)
looked up in the text, a name that does not stand there left aside. Ours is given on the same labels beside each.
The anchors come with ``pip install -r requirements-bench.txt``; one that is absent is named so.
"""

import json
import re
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any

from benchmarks.ground import SHARED, Figure
from gis.address.names import stem, village_stem
from gis.address.parse import parse, parse_all
from gis.address.parts import COLUMNS

Spans = set[tuple[int, int, str]]
Reader = Callable[[list[str]], list[Spans]]

SET = SHARED / "addresses" / "segmented_dev.jsonl"
AIM_F1, AIM_EACH_S = 0.88, 40_000
ROUNDS = 5
BATCH = 400
"""Addresses timed at once: an anchor over the first ones, ours over all."""

FIFTEEN_LINES = re.compile(
    r"(?:(?P<prov>[\u4e00-\u9fa5]{2,6}?(?:省|自治区)))?"
    r"(?:(?P<city>[\u4e00-\u9fa5]{2,5}?(?:市|自治州|地区)))?"
    r"(?:(?P<district>[\u4e00-\u9fa5]{2,5}?(?:区|县|市)))?"
    r"(?:(?P<town>[\u4e00-\u9fa5]{2,6}?(?:街道|镇|乡)))?"
    r"(?:(?P<community>[\u4e00-\u9fa5]{1,7}?(?:村|社区)))?"
    r"(?:(?P<road>[\u4e00-\u9fa5]{1,7}?(?:路|街|大道|巷|\d+组)))?"
    r"(?:(?P<subroad>\d+弄|[\u4e00-\u9fa5]{1,4}?(?:支路|弄)))?"
    r"(?:(?P<roadno>\d+(?:-\d+)?号(?!楼)))?"
    r"(?:(?P<poi>[\u4e00-\u9fa5]{2,16}))?"
    r"(?:(?P<houseno>[A-Za-z]?\d{1,3}(?:幢|栋|号楼|座)|[A-Z]座|\d{1,3}(?=-\d)))?-?"
    r"(?:(?P<cellno>\d{1,2}单元|\d{1,2}(?=-\d)))?-?"
    r"(?:(?P<floorno>\d{1,2}(?:楼|层|[Ff])))?"
    r"(?:(?P<roomno>\d{3,5}(?:室|房)?))?"
)


def run() -> list[Figure]:
    """Measure quality and speed; nothing where the set is absent."""
    if not SET.is_file():
        return [Figure(f"{SET.name} is absent: nothing measured", "")]
    texts, marked = _rows()
    ours = [{(a, b, str(label)) for a, b, label in parse(text).spans if label in COLUMNS} for text in texts]
    figures = _table(ours, marked)
    figures += _speed(texts)
    for name, reader, labels in _anchors():
        figures += _beside(name, reader, labels, texts=texts, marked=marked, ours=ours)
    return figures


def _rows() -> tuple[list[str], list[Spans]]:
    texts, marked = [], []
    for line in SET.read_text(encoding="utf-8").splitlines():
        row, place, spans = json.loads(line), 0, set()
        for text, label in row["parts"]:
            if label in COLUMNS:
                spans.add((place, place + len(text), label))
            place += len(text)
        texts.append(row["address"])
        marked.append(spans)
    return texts, marked


def _table(ours: list[Spans], marked: list[Spans]) -> list[Figure]:
    figures = []
    for label in COLUMNS:
        precision, recall, f1, support = _scores(ours, marked, (label,))
        figures.append(
            Figure(f"{label}: F1 (precision, recall, of n)", f"{f1:.3f} ({precision:.3f}, {recall:.3f}, {support:,})")
        )
    f1 = _scores(ours, marked, COLUMNS)[2]
    whole = sum(map(set.__eq__, ours, marked)) / len(marked)
    figures.append(Figure("all thirteen: micro-F1", f"{f1:.4f}", f">= {AIM_F1}", f1 >= AIM_F1))
    figures.append(Figure("addresses with every part right", f"{whole:.1%}"))
    return figures


def _scores(found: list[Spans], marked: list[Spans], labels: Iterable[str]) -> tuple[float, float, float, int]:
    wanted = frozenset(labels)
    count: Counter[str] = Counter()
    for one, truth in zip(found, marked, strict=True):
        here, there = ({span for span in spans if span[2] in wanted} for spans in (one, truth))
        count.update(right=len(here & there), found=len(here), marked=len(there))
    right = count["right"]
    precision, recall = right / max(1, count["found"]), right / max(1, count["marked"])
    return precision, recall, 2 * right / max(1, count["found"] + count["marked"]), count["marked"]


def _speed(texts: list[str]) -> list[Figure]:
    """Every address once a round, in batches; the best time of each batch counts, for others use the cores too."""
    distinct = sorted(set(texts))
    batches = [distinct[at : at + BATCH] for at in range(0, len(distinct), BATCH)]
    together, singly = (
        len(distinct) / sum(_best(way, batch) for batch in batches) for way in (_read_all, _read_singly)
    )
    what = f"addresses a second, one core, full depth, best of {ROUNDS}"
    return [
        Figure(what, f"{together:,.0f}", f">= {AIM_EACH_S:,}", together >= AIM_EACH_S),
        Figure("   the same one by one", f"{singly:,.0f}"),
    ]


def _read_all(texts: list[str]) -> None:
    for _ in parse_all(texts):
        pass


def _read_singly(texts: list[str]) -> None:
    for text in texts:
        parse(text)


def _best(work: Callable[[list[str]], Any], batch: list[str]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work(batch)
        times.append(time.process_time() - started)
    return min(times)


def _beside(
    name: str,
    reader: Reader | None,
    labels: tuple[str, ...],
    *,
    texts: list[str],
    marked: list[Spans],
    ours: list[Spans],
) -> list[Figure]:
    if reader is None:
        return [Figure(f"{name}: absent (requirements-bench.txt)", "")]
    found = reader(texts)
    each = ", ".join(f"{label} {_scores(found, marked, (label,))[2]:.3f}" for label in labels)
    rate = BATCH / _best(reader, texts[:BATCH])
    both = f"{_scores(found, marked, labels)[2]:.3f} (ours {_scores(ours, marked, labels)[2]:.3f})"
    return [
        Figure(f"{name}: micro-F1 on the labels it gives", both),
        Figure(f"{name}: addresses a second", f"{rate:,.0f}"),
        Figure(f"   {each}", ""),
    ]


def _anchors() -> list[tuple[str, Reader | None, tuple[str, ...]]]:
    return [
        ("regular expression of fifteen lines", _by_expression, COLUMNS),
        ("cpca 0.5.5", _cpca(), ("prov", "city", "district")),
        ("jionlp 1.5.31", _jionlp(), ("prov", "city", "district", "town", "community")),
        ("GeocodingCHN 1.4.5", _geocoding(), ("prov", "city", "district", "town", "road", "roadno")),
    ]


def _by_expression(texts: list[str]) -> list[Spans]:
    matches = (FIFTEEN_LINES.match(text) for text in texts)
    return [
        {(*match.span(label), label) for label in COLUMNS if match.start(label) >= 0} if match else set()
        for match in matches
    ]


def _located(text: str, names: Iterable[tuple[str, str | None, str]]) -> Spans:
    """Where the names stand in the text: label, official name, short name; the first place after the one before."""
    spans: Spans = set()
    place = 0
    for label, official, short in names:
        for name in (official, short) if official else ():
            start = text.find(name, place) if name else -1
            if start >= 0:
                place = start + len(name)
                spans.add((start, place, label))
                break
    return spans


def _divisions(prov: Any, city: Any, district: Any, *below: tuple[str, Any]) -> list[tuple[str, str | None, str]]:
    levels = [("prov", prov if prov != city else None, 2), ("city", city, 4), ("district", district, 6)]
    rows: list[tuple[str, str | None, str]] = [
        (label, name, stem(name, digits)) for label, name, digits in levels if isinstance(name, str) and name
    ]
    for label, name in below:
        if isinstance(name, str) and name:
            short = {"town": lambda one: stem(one, 9), "community": village_stem}.get(label, str)(name)
            rows.append((label, name, short))
    return rows


def _cpca() -> Reader | None:
    try:
        import cpca
    except ImportError:
        return None

    def read(texts: list[str]) -> list[Spans]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = cpca.transform(texts)
        rows = zip(texts, table["省"], table["市"], table["区"], strict=True)
        return [_located(text, _divisions(prov, city, district)) for text, prov, city, district in rows]

    return read


def _jionlp() -> Reader | None:
    try:
        import jionlp
    except ImportError:
        return None

    def read(texts: list[str]) -> list[Spans]:
        found = []
        for text in texts:
            one = jionlp.parse_location(text, town_village=True)
            below = (("town", one["town"]), ("community", one["village"]))
            found.append(_located(text, _divisions(one["province"], one["city"], one["county"], *below)))
        return found

    return read


def _geocoding() -> Reader | None:
    try:
        from GeocodingCHN import Geocoding

        reader = Geocoding()
    except Exception:  # no package, or no Java machine
        return None

    def read(texts: list[str]) -> list[Spans]:
        found = []
        for text in texts:
            one = _normalized(reader, text)
            given = (one.province, one.city, one.district, one.street or one.town, one.road, one.roadNum) if one else ()
            prov, city, district, town, road, number = [str(name or "") for name in given] or [""] * 6
            below = (("town", town), ("road", road), ("roadno", number))
            found.append(_located(text, _divisions(prov, city, district, *below)))
        return found

    return read


def _normalized(reader: Any, text: str) -> Any:
    """Its answer; None for a text on which it fails."""
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        try:
            return reader.normalizing(text)
        except TypeError:
            return None
