"""A round as PDF, workbook and GPX: every stop in each of them in order, and no text that does anything."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as Tree

import pypdfium2
import pytest
import zxingcpp
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from reportlab.pdfbase import pdfmetrics
from shapely import box

from exchange import sheet_font
from exchange.round_files import COLUMNS, GPX, round_gpx, round_xlsx
from exchange.round_pdf import Looks, round_pdf
from gis.code import AddressCode
from inspections.deadline import SHANGHAI
from inspections.round_sheet import RoundSheet, SheetStop
from layers.style import RISK

AT = datetime(2026, 6, 15, 8, 30, tzinfo=SHANGHAI)
SITE = "https://anju.example.gov.cn"
LOOKS = Looks(RISK)
HOSTILE = ["=HYPERLINK(\"http://x\",\"y\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "<b>&amp;<script>alert(1)</script>",
           "]]>", "(unbalanced \\) ( paren", "\x00\x1b[31m", "\u202eabc", "\ud800", "${x}{0}%s", "a" * 400]  # fmt: skip
colours = st.sampled_from(sorted(RISK))
texts = st.sampled_from(HOSTILE) | st.text(max_size=60)


def stop(number: int, **changes: object) -> SheetStop:
    usual: dict[str, object] = {
        "number": number, "code": str(AddressCode.make(village="320581101201", house=number)),
        "address": f"聚沙村 12组{number}号", "colour": "red", "why": "红·逾期 3 天",
        "eta_at": AT + timedelta(minutes=25 * number), "service_minutes": 18.0, "travel_m": 240.0,
        "lon": 120.9 + number * 1e-3, "lat": 31.7 + number % 5 * 1e-3,
    }  # fmt: skip
    return SheetStop(**usual | changes)  # type: ignore[arg-type]


def sheet(stops: list[SheetStop], **changes: object) -> RoundSheet:
    usual: dict[str, object] = {
        "inspector": "网格员甲", "on": date(2026, 6, 15), "grids": ("西网格",), "minutes": 402.0, "metres": 8310.0,
        "mode": "ebike", "start": (120.9, 31.7), "stops": tuple(stops), "made_at": AT, "site": SITE,
        "taken_by": "中心员甲", "taken_at": AT, "outlines": (box(120.89, 31.69, 120.93, 31.72),),
    }  # fmt: skip
    return RoundSheet(**usual | changes)  # type: ignore[arg-type]


def pages(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        found = []
        for page in document:
            text = page.get_textpage()
            found.append(text.get_text_range())
            text.close()
            page.close()
        return found


def scanned(content: bytes) -> list[str]:
    """What a phone reads off the printed pages, from top to bottom."""
    found = []
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            picture = page.render(scale=3).to_pil()
            codes = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
            found += [code.text for code in sorted(codes, key=lambda code: code.position.top_left.y)]
            page.close()
    return found


def cells(content: bytes, at: int = 0) -> list[list[object]]:
    book = load_workbook(BytesIO(content))
    return [[cell.value for cell in row] for row in book.worksheets[at].iter_rows()]


def points(content: bytes, kind: str) -> list[Tree.Element]:
    return Tree.fromstring(content).findall(f".//{{{GPX}}}{kind}")


@pytest.mark.parametrize("count", [1, 7, 8, 9, 19, 31])
def test_every_stop_is_on_the_paper_in_order_and_its_code_opens_its_visit(count: int) -> None:
    stops = [stop(number, colour=sorted(RISK)[number % 5]) for number in range(1, count + 1)]
    content = round_pdf(sheet(stops), LOOKS)
    text = "".join(pages(content))
    at = [text.index(AddressCode.parse(one.code).grouped) for one in stops]
    assert at == sorted(at)
    assert scanned(content) == [f"{SITE}/visit?code={one.code}" for one in stops]
    for word in ("网格员甲", "2026-06-15", "西网格", "红·逾期 3 天", "聚沙村 12组1号", "8.3 公里", "402 分钟"):
        assert word in text


def test_a_long_round_goes_on_and_says_which_page_it_is() -> None:
    told = pages(round_pdf(sheet([stop(number) for number in range(1, 32)]), LOOKS))
    assert [f"{at} / {len(told)}" in text for at, text in enumerate(told, 1)] == [True] * len(told)
    assert len(told) == 3


def test_a_round_of_nothing_and_houses_without_a_point_still_come_out() -> None:
    bare = sheet([stop(1, lon=None, lat=None)], start=None, outlines=())
    assert "聚沙村 12组1号" in "".join(pages(round_pdf(bare, LOOKS)))
    assert points(round_gpx(bare), "wpt") == []
    assert "没有要走的房屋" in "".join(pages(round_pdf(sheet([]), LOOKS)))
    assert len(cells(round_xlsx(sheet([])))) == 1


@settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(st.tuples(texts, texts, colours), min_size=1, max_size=6), texts)
def test_hostile_text_is_text_in_every_file(told: list[tuple[str, str, str]], name: str) -> None:
    stops = [stop(n, address=address, why=why, colour=colour) for n, (address, why, colour) in enumerate(told, 1)]
    made = sheet(stops, inspector=name, grids=(name,), taken_by=name)
    paper = round_pdf(made, LOOKS)
    objects = re.sub(rb"\bstream\b.*?\bendstream\b", b"", paper, flags=re.DOTALL)
    assert b"/Page" in objects
    assert not re.search(rb"/(JavaScript|JS|Launch|OpenAction|AA|URI)\b", objects)
    assert scanned(paper) == [made.link(one) for one in stops]
    rows = cells(round_xlsx(made))
    assert [row[1] for row in rows[1:]] == [one.code for one in stops]
    book = load_workbook(BytesIO(round_xlsx(made)))
    assert {cell.data_type for ws in book for row in ws.iter_rows() for cell in row} <= {"s", "n", "d", "inlineStr"}
    for kind in ("wpt", "rtept"):
        codes = [one.findtext(f"{{{GPX}}}desc") for one in points(round_gpx(made), kind)]
        assert [code for code in codes if code] == [one.code for one in stops]


ORDER = ["ele", "time", "magvar", "geoidheight", "name", "cmt", "desc", "src", "link", "sym", "type", "fix"]


def test_gpx_is_built_as_its_schema_says() -> None:
    stops = [stop(number) for number in range(1, 6)]
    root = Tree.fromstring(round_gpx(sheet(stops)))
    assert root.tag == f"{{{GPX}}}gpx"
    assert root.attrib == {"version": "1.1", "creator": "Anju Grid"}
    names = [child.tag.removeprefix(f"{{{GPX}}}") for child in root]
    assert names == ["metadata", *["wpt"] * 5, "rte", "trk"]
    for point in [*points(round_gpx(sheet(stops)), "wpt"), *points(round_gpx(sheet(stops)), "rtept")]:
        assert set(point.attrib) == {"lat", "lon"}
        assert -90 <= float(point.attrib["lat"]) <= 90
        places = [ORDER.index(child.tag.removeprefix(f"{{{GPX}}}")) for child in point]
        assert places == sorted(set(places))
    route = [(float(one.attrib["lon"]), float(one.attrib["lat"])) for one in points(round_gpx(sheet(stops)), "rtept")]
    assert route == [(120.9, 31.7), *[(pytest.approx(one.lon), pytest.approx(one.lat)) for one in stops]]
    assert root.findtext(f"{{{GPX}}}metadata/{{{GPX}}}time") == "2026-06-15T00:30:00Z"


def test_the_workbook_says_whose_round_it_is_and_in_which_system() -> None:
    content = round_xlsx(sheet([stop(1, window=(1050.0, 1200.0), state="done")]))
    head, row = cells(content)
    told = dict(zip(COLUMNS, row, strict=True))
    assert len(head) == len(COLUMNS)
    assert (told["arrival"], told["window"], told["state"], told["risk"]) == ("08:55", "17:30–20:00", "已走", "红")
    assert (told["lon"], told["lat"]) == (120.901, 31.701)
    about = dict(cells(content, 1)[1:])  # type: ignore[arg-type]
    assert (about["网格员"], about["坐标系"], about["导出人"]) == ("网格员甲", "EPSG:4490", "中心员甲")


def test_a_number_of_a_person_that_somebody_wrote_into_an_address_is_masked() -> None:
    made = sheet([stop(1, address="聚沙村 8号 张三 13812345678 11010519491231002X")])
    for content in ("".join(pages(round_pdf(made, LOOKS))), str(cells(round_xlsx(made))), round_gpx(made).decode()):
        assert "13812345678" not in content
        assert "11010519491231002X" not in content


def test_english_sheets_speak_english() -> None:
    text = "".join(pages(round_pdf(sheet([stop(1)]), LOOKS, lang="en")))
    assert "Stop" in text
    assert "Planned arrival" in str(cells(round_xlsx(sheet([stop(1)]), lang="en"))[0])


def test_without_a_font_of_the_machine_the_reader_brings_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    monkeypatch.setattr(sheet_font, "USUAL", (broken, tmp_path / "absent.ttc"))
    content = round_pdf(sheet([stop(1)]), LOOKS)
    assert b"STSong-Light" in content
    assert scanned(content) == [f"{SITE}/visit?code={stop(1).code}"]


def test_each_sheet_has_the_letters_of_its_own_text() -> None:
    for text in ("安居", "菱塘漕泾", "薛敏静"):
        with sheet_font.font_for(text) as name:
            assert {ord(char) for char in text} <= pdfmetrics.getFont(name).face.charToGlyph.keys()


def test_sheets_made_at_once_do_not_mix_their_letters() -> None:
    streets = ["菱塘沿", "漕泾", "薛家浜", "甸桥村"]
    made = [sheet([stop(1, address=name)], inspector=name) for name in streets * 2]
    with ThreadPoolExecutor(4) as crew:
        papers = list(crew.map(lambda one: round_pdf(one, LOOKS), made))
    alone = [round_pdf(one, LOOKS) for one in made]
    assert [picture(paper) for paper in papers] == [picture(paper) for paper in alone]
    assert len({picture(paper) for paper in papers}) == len(streets)


def picture(content: bytes) -> bytes:
    with pypdfium2.PdfDocument(content) as document:
        return bytes(document[0].render(scale=1).to_pil().tobytes())


def test_a_font_that_may_not_be_embedded_is_not(tmp_path: Path) -> None:
    from fontTools.ttLib import TTFont

    path = next(one for one in sheet_font.USUAL if one.is_file())
    made = tmp_path / "own.ttf"
    made.write_bytes(sheet_font.cut(path, "安居 abc") or b"")
    assert sheet_font.cut(made, "安") is not None
    font = TTFont(made)
    font["OS/2"].fsType = 0x0002
    font.save(made)
    assert sheet_font.cut(made, "安") is None
