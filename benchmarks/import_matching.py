"""A register of 100,000 rows without coordinates, matched to a list of 100,000 standard addresses, coded and placed.

Claim: the list is taken in <= 60 s; the import, matching among it, ends in <= 90 s on two cores; every row comes with a
score and a reason; and none is placed farther from its true door than it says it may be, but for 2 in 100.

The list is written in full on the villages of Changshu: group doors, roads with numbers, estates with buildings. The
register writes the same doors as people do: levels left out, numbers in words, 栋 for 幢, full-width figures; two rows
in a hundred name a door that the list does not hold. A million rows are taken in ten files of this size.

    python -m benchmarks import_matching
"""

import csv
import random
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine, text

from benchmarks.ground import COUNTY, SEED, Figure, clock, model_town, on, seconds

ROWS = 100_000
UNKNOWN_SHARE = 0.02
ROADS = ("人民路", "新建路", "工业路", "兴华路", "镇北路", "文化街")
ESTATES = ("东苑", "西苑", "锦绣花园", "阳光公寓")
_DIGITS = "零一二三四五六七八九"

Door = tuple[str, str, str, float, float]
"""Town, village, what stands behind them, longitude, latitude (EPSG:4490)."""


def run() -> list[Figure]:
    """Take the list in, import the register, import it again."""
    from actions.deed import now
    from actions.imports import ImportOptions, import_houses
    from actions.operator import operator
    from actions.standard_addresses import load_reference

    with model_town("import_matching", 1000) as own, tempfile.TemporaryDirectory() as folder:
        doors = _doors(own)
        listed, register, true = _written(doors, Path(folder))
        who = operator(COUNTY)
        with clock() as loading:
            load_reference(listed, source="police", actor=who, at=now(), crs="EPSG:4490")
        with clock() as first:
            one = import_houses(register, options=ImportOptions(), actor=who, at=now())
        with clock() as second:
            two = import_houses(register, options=ImportOptions(), actor=who, at=now())
        rows = _placed(own)
    errors = _errors(rows, true)
    within = float(np.mean([metres <= row[4] for row, metres in errors])) if errors else 0.0
    told = all(row[3] is not None and row[4] is not None for row in rows if row[1] is not None)
    share = len(errors) / ROWS
    return [
        Figure(f"a list of {len(doors):,} standard addresses taken in", seconds(loading), "<= 60 s", loading[0] <= 60),
        Figure(f"{one.read:,} rows without coordinates imported", seconds(first), "<= 90 s", first[0] <= 90),
        Figure("again, nothing changed", seconds(second), "nothing new", two.added == two.changed == 0),
        Figure("placed on the map", f"{share:.1%}", ">= 90 %", share >= 0.9),
        Figure("with level, score and uncertainty", "all" if told else "not all", "all", told),
        Figure("true door within the stated uncertainty", f"{within:.2%}", ">= 98 %", within >= 0.98),
        *(Figure(f"    {level}", f"{n:,}") for level, n in _levels(rows)),
        *(Figure(f"    case: {kind}", f"{n:,}") for kind, n in _cases_of(rows)),
    ]


def _doors(own: Engine) -> list[Door]:
    """Doors on the villages of Changshu, each named once."""
    from db import division
    from gis.division import short_name

    with on(own) as connection:
        frame = division.divisions_frame(connection, county=COUNTY, level="village")
        towns = division.divisions_frame(connection, county=COUNTY, level="town")
    names = dict(zip(towns["code"], towns["name"], strict=True))
    drawn = random.Random(SEED)
    found: dict[tuple[str, str], Door] = {}
    villages = list(zip(frame["name"], frame["parent"], frame.geometry, strict=True))
    while len(found) < ROWS:
        name, parent, shape = villages[drawn.randrange(len(villages))]
        middle = shape.representative_point()
        lon, lat = middle.x + drawn.uniform(-4e-4, 4e-4), middle.y + drawn.uniform(-4e-4, 4e-4)
        village, kind, n = short_name(name), drawn.random(), drawn.randint(1, 300)
        if kind < 0.6:
            place = f"{drawn.randint(1, 20)}组{n}号"
        elif kind < 0.8:
            place = f"{drawn.choice(ROADS)}{n}号"
        else:
            place = f"{drawn.choice(ESTATES)}{drawn.randint(1, 60)}幢"
        found.setdefault((village + str(parent), place), (names[parent], village, place, lon, lat))
    return list(found.values())


def _written(doors: list[Door], folder: Path) -> tuple[Path, Path, dict[str, tuple[float, float]]]:
    drawn = random.Random(SEED + 1)
    listed, register = folder / "standard.csv", folder / "register.csv"
    true: dict[str, tuple[float, float]] = {}
    with listed.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "address", "lon", "lat"))
        for n, (town, village, place, lon, lat) in enumerate(doors):
            rows.writerow((f"P{n}", f"江苏省苏州市常熟市{town}{village}{place}", f"{lon:.7f}", f"{lat:.7f}"))
    with register.open("w", encoding="gb18030", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("房屋编号", "所属镇", "所属村", "地址", "租住人数"))
        for n, (town, village, place, lon, lat) in enumerate(doors):
            unknown = drawn.random() < UNKNOWN_SHARE
            written = f"无名弄{n}号" if unknown else _as_people_write(place, drawn)
            if not unknown:
                true[f"key:R{n}"] = (lon, lat)
            said = f"{village}{written}" if drawn.random() < 0.5 else written
            rows.writerow((f"R{n}", town, village, said, str(drawn.randint(0, 9))))
    return listed, register, true


def _as_people_write(place: str, drawn: random.Random) -> str:
    how = drawn.random()
    if how < 0.2:
        return place.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    if how < 0.4:
        return place.replace("幢", "栋")
    if how < 0.6 and place[-1] == "号" and "组" in place:
        group, number = place[:-1].split("组")
        return f"{_in_words(int(group))}组{number}号"
    return place


def _in_words(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def _placed(own: Engine) -> list[Any]:
    asked = text(
        "SELECT h.source_key, ST_X(h.geom), ST_Y(h.geom), a.match_score, a.uncertainty_m, a.match_level,"
        " (SELECT min(c.kind) FROM address_case c WHERE c.address_id = a.id AND c.state = 'open')"
        " FROM house h JOIN address a ON a.county = h.county AND a.id = h.address_id WHERE h.source_key LIKE 'key:R%'"
    )
    with own.connect() as connection:
        return list(connection.execute(asked))


def _errors(rows: list[Any], true: dict[str, tuple[float, float]]) -> list[tuple[Any, float]]:
    from gis.matching.doubt import distance_m

    return [(row, distance_m(row[1], row[2], *true[row[0]])) for row in rows if row[1] is not None and row[0] in true]


def _levels(rows: list[Any]) -> list[tuple[str, int]]:
    from collections import Counter

    return Counter(f"{row[5]}{'' if row[1] is not None else ', off the map'}" for row in rows).most_common()


def _cases_of(rows: list[Any]) -> list[tuple[str, int]]:
    from collections import Counter

    return Counter(row[6] for row in rows if row[6] is not None).most_common()
