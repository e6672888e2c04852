"""A list of pairs goes in, the same list comes out with verdicts, whatever the file is like."""

import random
from pathlib import Path

import pytest
from typer.testing import CliRunner

from exchange import pair_files
from exchange.errors import CannotWrite, EmptyFile, NotText
from exchange.pair_files import compare_file
from gis.matching.compare import compare
from terminal.addresses import address_app

PAIRS = [
    ("江苏省常熟市聚沙路128号", "聚沙路128号", 2),
    ("虞山街道琴湖路66号琴湖雅苑12栋2单元", "琴湖路66号琴湖雅苑(西南门)", 1),
    ("聚沙路128号", "问村路128号", 0),
]


def compared(tmp_path: Path, data: bytes) -> list[str]:
    source, target = tmp_path / "pairs.tsv", tmp_path / "out.tsv"
    source.write_bytes(data)
    count = compare_file(source, target)
    lines = target.read_bytes().decode("utf-8").split("\n")
    assert lines.pop() == ""
    assert len(lines) == count
    return lines


def text(end: str = "\n") -> str:
    return "".join(f"{query}\t{candidate}{end}" for query, candidate, _ in PAIRS)


EXPECTED = [f"{query}\t{candidate}\t{verdict}" for query, candidate, verdict in PAIRS]


@pytest.mark.parametrize(
    "data",
    [
        text().encode(),
        text().encode("utf-8-sig"),
        text("\r\n").encode(),
        text().rstrip("\n").encode(),
        text().encode("gb18030"),
        text().encode("utf-16"),
        text("\tlabel\tmore\n").encode(),
    ],
    ids=["plain", "marked", "crlf", "last line open", "gb18030", "utf-16", "further columns"],
)
def test_every_pair_comes_back_with_its_verdict(tmp_path: Path, data: bytes) -> None:
    assert compared(tmp_path, data) == EXPECTED


def test_ragged_and_blank_lines_keep_their_place(tmp_path: Path) -> None:
    data = "聚沙路1号\n\n\t聚沙路1号\n聚沙路1号\t\n   \t \n聚沙路1号\t聚沙路1号\n"
    assert compared(tmp_path, data.encode()) == [
        "聚沙路1号\t\t0",
        "\t\t0",
        "\t聚沙路1号\t0",
        "聚沙路1号\t\t0",
        "   \t \t0",
        "聚沙路1号\t聚沙路1号\t2",
    ]


def test_quotes_and_commas_are_text(tmp_path: Path) -> None:
    assert compared(tmp_path, '"聚沙路1号\t"聚沙路1号,=1+1\n'.encode())[0].startswith('"聚沙路1号\t"聚沙路1号,=1+1\t')


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    rows = [f"{query}\t{candidate}" for query, _, _ in PAIRS for _, candidate, _ in PAIRS]
    there = compared(tmp_path, "\n".join(rows).encode())
    mixed = rows.copy()
    random.Random(7).shuffle(mixed)
    again = compared(tmp_path, "\n".join(mixed).encode())
    assert again != there
    assert sorted(again) == sorted(there)


def test_a_long_list_is_shared_out_and_comes_back_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_files, "LONG_LINES", 40)
    monkeypatch.setattr(pair_files, "_CHUNK_LINES", 7)
    rows = [(f"聚沙路{n}号", f"聚沙路{n % 5}号") for n in range(150)]
    lines = compared(tmp_path, "".join(f"{query}\t{candidate}\n" for query, candidate in rows).encode())
    assert lines == [f"{query}\t{candidate}\t{compare(query, candidate).verdict:d}" for query, candidate in rows]


def test_a_file_without_pairs_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    source, target = tmp_path / "pairs.tsv", tmp_path / "out.tsv"
    for data, refusal in ((b"", EmptyFile), (b"PK\x03\x04 a workbook", NotText)):
        source.write_bytes(data)
        with pytest.raises(refusal):
            compare_file(source, target)
        assert [path.name for path in tmp_path.iterdir()] == ["pairs.tsv"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    source = tmp_path / "pairs.tsv"
    source.write_text(text(), encoding="utf-8")
    with pytest.raises(CannotWrite):
        compare_file(source, tmp_path / "nowhere" / "out.tsv")


def test_the_command_writes_the_file_and_refuses_in_one_line(tmp_path: Path) -> None:
    source, target = tmp_path / "pairs.tsv", tmp_path / "out.tsv"
    source.write_text(text(), encoding="utf-8")
    told = CliRunner().invoke(address_app, ["compare", str(source), str(target)])
    assert told.exit_code == 0, told.output
    assert target.read_text(encoding="utf-8").splitlines() == EXPECTED
    source.write_bytes(b"")
    told = CliRunner().invoke(address_app, ["compare", str(source), str(target)])
    assert told.exit_code == 1
    assert len(told.output.strip().splitlines()) == 1
