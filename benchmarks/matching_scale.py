"""A million written addresses matched to a million standard ones, beside pg_trgm and rapidfuzz on the misspelt tail.

Claim: 1,000,000 queries (90 % exact after normalising, 10 % with one or two slips) against 1,000,000 references are
read from two files, matched and written in <= 120 s and <= 6 GB on two cores; a built index loads in <= 15 s; of the
exact ones >= 99.5 % and of those with slips >= 90 % come to the right address, and <= 0.1 % of all to a wrong one;
<= 0.1 % of doors that are not in the reference are taken for one that is.

    python -m benchmarks matching_scale            # ANJU_SCALE=100000 for a smaller one

The addresses are made up by a seed from the real towns and villages of Changshu and invented roads, estates and
hamlets: no real address is among them. Slips fall on names, one in 70 %, two in 30 %: a homophone (of the commonest
characters), a look-alike (of the matcher's own table, which flatters it there), a character left out, two exchanged,
another word for the kind of road. pg_trgm and rapidfuzz answer a sample of the misspelt tail, taking the most similar
text; their time for the whole tail is extrapolated from that. The sample's truth is the same for all three.
"""

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from benchmarks.ground import SEED, Figure, clock, own_database
from benchmarks.invented.addresses import Query, queries_for, standard_addresses
from gis.matching.match import match_many, matcher_of
from gis.matching.outcome import Match
from gis.matching.reference import Reference, ReferenceAddress

SCALE = int(os.environ.get("ANJU_SCALE", "1000000"))
TAIL_SAMPLE, FUZZ_SAMPLE, FUZZ_REFERENCES = 400, 200, 20_000
WORKERS = 2
ROOT = Path(__file__).resolve().parent.parent


def run() -> list[Figure]:
    """Build, save, load, match; then the same tail by two others."""
    rng = random.Random(SEED)
    endless = standard_addresses(rng)
    made, others = list(islice(endless, SCALE)), list(islice(endless, SCALE // 50))
    queries = queries_for(made, rng, count=SCALE)
    absent = queries_for([pair for pair in others if not pair[0].building], rng, count=len(others) // 2)
    rows = [row for _, row in made]
    del made, others
    return [*_ours(rows, queries, absent), *_trigrams(rows, queries), *_rapidfuzz(rows, queries)]


def _ours(rows: Sequence[ReferenceAddress], queries: Sequence[Query], absent: Sequence[Query]) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reference, saved_mb, loaded_s = _kept(rows, folder)
        missing = _absent(absent, reference)
        del reference
        whole_s, peak_gb, found = _files(rows, queries, folder)
    return [
        Figure("saved index, loaded and ready", f"{loaded_s:.1f} s, {saved_mb:.0f} MB", "<= 15 s", loaded_s <= 15),
        Figure(f"two files of {len(rows):,} read, matched, written", f"{whole_s:.1f} s", "<= 120 s", whole_s <= 120),
        Figure("largest memory, all its processes", f"{peak_gb:.1f} GB", "<= 6 GB", peak_gb <= 6),
        *_quality(queries, found),
        missing,
    ]


def _kept(rows: Sequence[ReferenceAddress], folder: Path) -> tuple[Reference, float, float]:
    """The reference built, saved and loaded again; the size of its file in MB; seconds until it can be asked."""
    path = folder / "reference.npz"
    Reference.build(rows, workers=WORKERS).save(path)
    with clock() as loaded:
        reference = Reference.load(path)
        matcher_of(reference)
    return reference, path.stat().st_size / 1e6, loaded[0]


def _files(rows: Sequence[ReferenceAddress], queries: Sequence[Query], folder: Path) -> tuple[float, float, list[str]]:
    """Seconds and the largest memory (GB) of the command for two files, and the id it gave each query."""
    paths = [folder / name for name in ("reference.csv", "queries.csv", "out.csv")]
    _write(paths[0], ("id", "address", "lon", "lat"), (row[:4] for row in rows))
    _write(paths[1], ("id", "address"), ((str(n), query.text) for n, query in enumerate(queries)))
    peak_gb = 0.0
    with clock() as took:
        command = subprocess.Popen([sys.executable, "cli.py", "address", "match", *map(str, paths)], cwd=ROOT)
        while command.poll() is None:
            peak_gb = max(peak_gb, _held_gb(command.pid))
            time.sleep(1)
    with paths[2].open(encoding="utf-8", newline="") as file:
        found = [row["matched_id"] for row in csv.DictReader(file)]
    return took[0], peak_gb, found


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _absent(absent: Sequence[Query], reference: Reference) -> Figure:
    """Doors that no reference has, one in ten with slips: every id given to one of them is wrong."""
    outcomes = match_many([query.text for query in absent], reference, workers=WORKERS)
    wrong = sum(isinstance(outcome, Match) and outcome.reference_id is not None for outcome in outcomes)
    share = wrong / len(absent)
    return Figure(f"{len(absent):,} doors not in the reference: given an id", f"{wrong:,}", "<= 0.1 %", share <= 0.001)


def _held_gb(pid: int) -> float:
    """Memory of a process and its children; a page that several share counts once (proportional set size)."""
    held = 0
    for one in (pid, *map(int, _read(f"/proc/{pid}/task/{pid}/children").split())):
        sizes = (line.split() for line in _read(f"/proc/{one}/smaps_rollup").splitlines())
        held += sum(int(size[1]) for size in sizes if size[0] == "Pss:")
    return held / 1e6


def _read(path: str) -> str:
    """A file of the kernel's; '' where the process has just ended."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""


def _verdict(query: Query, found: str) -> str:
    return "none" if not found else "right" if found == query.truth else "wrong"


def _quality(queries: Sequence[Query], found: Sequence[str]) -> Iterator[Figure]:
    kinds = sorted({query.kind for query in queries})
    told = {kind: {"right": 0, "wrong": 0, "none": 0} for kind in kinds}
    for query, one in zip(queries, found, strict=True):
        told[query.kind][_verdict(query, one)] += 1
    slips = {name: sum(told[kind][name] for kind in kinds if kind != "exact") for name in ("right", "wrong", "none")}
    wrong = sum(counts["wrong"] for counts in told.values()) / len(queries)
    exact = told["exact"]["right"] / sum(told["exact"].values())
    share = slips["right"] / sum(slips.values())
    yield Figure("exact after normalising: right address", f"{exact:.2%}", ">= 99.5 %", exact >= 0.995)
    yield Figure("with slips: right address", f"{share:.2%}", ">= 90 %", share >= 0.9)
    yield Figure("with slips: wrong, left to a person", f"{slips['wrong']:,}, {slips['none']:,}")
    yield Figure("wrong address, of all", f"{wrong:.4%}", "<= 0.1 %", wrong <= 0.001)
    for kind in kinds:
        counts = told[kind]
        each = f"{counts['right']:,} / {counts['wrong']:,} / {counts['none']:,}"
        yield Figure(f"  {kind}: right / wrong / left", each)


def _tail(queries: Sequence[Query], count: int) -> list[Query]:
    return [query for query in queries if query.kind != "exact"][:count]


def _trigrams(rows: Sequence[ReferenceAddress], queries: Sequence[Query]) -> list[Figure]:
    """pg_trgm with a GIN index: the most similar text over its own threshold, one query at a time."""
    from sqlalchemy import text

    tail = _tail(queries, TAIL_SAMPLE)
    with own_database("matching") as own, own.begin() as connection:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
        connection.execute(text("CREATE TABLE standard (id text, address text)"))
        raw = connection.connection.cursor()
        with raw.copy("COPY standard FROM STDIN") as copy:
            for row in rows:
                copy.write_row((row.id, row.text))
        connection.execute(text("CREATE INDEX ON standard USING gin (address gin_trgm_ops)"))
        connection.execute(text("ANALYZE standard"))
        connection.execute(text("SET pg_trgm.similarity_threshold = 0.5"))
        ask = text("SELECT id FROM standard WHERE address % :q ORDER BY similarity(address, :q) DESC, id LIMIT 1")
        started = time.perf_counter()
        found = [connection.execute(ask, {"q": query.full}).scalar() for query in tail]
        took_s = time.perf_counter() - started
    right = sum(one == query.truth for one, query in zip(found, tail, strict=True))
    wrong = sum(one not in (None, query.truth) for one, query in zip(found, tail, strict=True))
    whole = took_s / len(tail) * sum(query.kind != "exact" for query in queries) / 60
    return [
        Figure(f"pg_trgm, {len(tail)} of the tail, each", f"{took_s / len(tail) * 1e3:.1f} ms"),
        Figure("pg_trgm: right / wrong", f"{right / len(tail):.0%} / {wrong / len(tail):.0%}"),
        Figure("pg_trgm, the whole tail, extrapolated", f"{whole:.0f} min a core"),
    ]


def _rapidfuzz(rows: Sequence[ReferenceAddress], queries: Sequence[Query]) -> list[Figure]:
    """Ask rapidfuzz over a part of the references that holds the right ones: a favour to it in time and in quality."""
    from rapidfuzz import fuzz, process

    tail = _tail(queries, FUZZ_SAMPLE)
    wanted = {query.truth for query in tail}
    held = [row for row in rows if row.id in wanted]
    held += [row for row in rows if row.id not in wanted][: max(0, FUZZ_REFERENCES - len(held))]
    texts = [row.text for row in held]
    started = time.perf_counter()
    found = [held[process.extractOne(query.full, texts, scorer=fuzz.ratio)[2]].id for query in tail]
    took_s = time.perf_counter() - started
    right = sum(one == query.truth for one, query in zip(found, tail, strict=True))
    return [
        Figure(f"rapidfuzz over {len(held):,} references, each", f"{took_s / len(tail) * 1e3:.1f} ms"),
        Figure("rapidfuzz: right (it always answers, else wrong)", f"{right / len(tail):.0%}"),
    ]
