"""A register goes through the counter: what is good is placed, what is not says where, what, why and how to mend it."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from exchange.table import SourceRow, Table
from tests.browser import Site, Visit, Visitor
from tests.exchange.files import HEADERS, line, write_csv
from tests.world import COUNTY
from ui import import_columns
from ui.upload import safe_name

SCRIPT = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
CELLS = ("row", "field", "value", "reason", "cure")
COLUMNS = (*HEADERS, "坐标系", "学历")


def register(path: Path) -> Path:
    """Three houses of 珍北村: a good one, one with a script in its texts, one whose phone lacks digits."""

    def row(number: int, **changes: str) -> list[str]:
        told = {"房屋编号": f"UI{number}", "所属村": "珍北村", "房屋地址": f"珍北村{number}组{number}号",
                "经度": f"{120.935 + number / 1000:.6f}", "纬度": "31.704", **changes}  # fmt: skip
        return [*line(number, **told), "WGS84", "大专"]

    rows = [row(1), row(2, 房屋地址=f"珍北村2组 {SCRIPT}", 备注=SCRIPT), row(3, 房东电话="1391234")]
    write_csv(path, rows, headers=COLUMNS)
    return path


def hand_in(visitor: Visitor, path: Path) -> None:
    visitor.page.set_input_files(".st-key-imports_file input[type=file]", str(path))


def counts(visitor: Visitor, where: str) -> dict[str, int]:
    """What the counts of a card say, once it is there."""
    visitor.page.locator(f"{where} [data-count=read]").wait_for()
    boxes = visitor.page.locator(f"{where} [data-count]").all()
    return {str(box.get_attribute("data-count")): int(str(box.locator("b").text_content())) for box in boxes}


def houses(site: Site) -> int:
    with site.engine.connect() as connection:
        found = connection.execute(
            text("SELECT count(*) FROM house WHERE county = :c AND source_key LIKE '%UI%'"), {"c": COUNTY}
        )
        return int(found.scalar_one())


@pytest.mark.browser
def test_a_register_is_imported_and_its_bad_row_says_how_to_mend_it(site: Site, visit: Visit, tmp_path: Path) -> None:
    centre = visit().sign_in("centre").open("/imports")
    hand_in(centre, register(tmp_path / "珍北村.csv"))
    centre.page.locator(".st-key-imports_try button").click()
    told = {"read": 3, "placed": 2, "unchanged": 0, "quarantined": 1}
    assert counts(centre, ".st-key-imports_trial_counts") == told
    assert houses(site) == 0
    centre.page.locator(".st-key-imports_go button").click()
    centre.page.wait_for_url("**batch=*")
    assert counts(centre, ".st-key-imports_counts") == told
    assert houses(site) == 2
    row = centre.page.locator(".st-key-imports_problems tbody tr")
    cells = {name: str(row.locator(f"td.{name}").text_content()) for name in CELLS}
    assert (cells["row"], cells["field"]) == ("4", "房东电话")
    assert cells["value"].endswith("34")
    assert "11 位手机号" in cells["reason"]
    assert "重新导入" in cells["cure"]
    with centre.page.expect_download() as given:
        centre.page.locator(".st-key-imports_download_xlsx button").click()
    given.value.save_as(tmp_path / "mend.xlsx")
    mended = tmp_path / "mended.xlsx"
    _mend(tmp_path / "mend.xlsx", mended)
    centre.page.locator(".st-key-imports_again button").click()
    hand_in(centre, mended)
    centre.page.locator(".st-key-imports_go button").click()
    centre.page.get_by_text("收回修好的行 1 行").wait_for()
    assert counts(centre, ".st-key-imports_counts") == {"read": 1, "placed": 1, "unchanged": 0, "quarantined": 0}
    assert houses(site) == 3
    assert centre.page.title() != "run"


def _mend(path: Path, out: Path) -> None:
    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    headers = [cell.value for cell in sheet[1]]
    sheet.cell(row=2, column=headers.index("房东电话") + 1, value="13912345678")
    book.save(out)


@pytest.mark.browser
def test_a_file_nobody_can_read_is_told_with_its_cure_and_stops_nothing(visit: Visit, tmp_path: Path) -> None:
    empty, page = tmp_path / "空.csv", tmp_path / "网页.xls"
    empty.write_bytes(b"")
    page.write_text(f"<html><table><tr><td>{SCRIPT}</td></tr></table></html>", encoding="utf-8")
    admin = visit().sign_in("admin").open("/imports")
    for path, words in ((empty, "是空文件"), (page, "其实是网页")):
        admin.open("/imports")
        hand_in(admin, path)
        admin.page.locator(".st-key-imports_refused", has_text=words).wait_for()
        assert admin.page.locator("[data-testid=stException]").count() == 0
    assert admin.page.title() != "run"


@pytest.mark.browser
def test_another_countys_import_and_a_made_up_one_are_not_there(visit: Visit) -> None:
    centre = visit().sign_in("centre").open("/imports?batch=999999999")
    centre.page.get_by_text("999999999").wait_for()
    assert centre.page.locator(".st-key-imports_counts").count() == 0


def test_samples_show_no_persons_name_or_number() -> None:
    headers = ("房东姓名", "房东电话", "身份证号", "政治面貌", "地址")
    cells = ["张小三", "13912345678", "11010519491231002X", "群众", "一组 13912345678"]
    table = Table(headers, [SourceRow(2, cells)], "csv")
    samples = [import_columns._sample(table, column) for column in import_columns.guess(table).columns]
    assert samples == ["张*三", "139****5678", "110***2X", "***", "一组 139****5678"]


@pytest.mark.parametrize(("given", "kept"), [
    ("../../etc/passwd.csv", "_.._etc_passwd.csv"), ("a\x00b\n.xlsx", "a_b_.xlsx"), ("", "file"),
    ("村" * 200 + ".csv", "村" * 40 + ".csv"),
])  # fmt: skip
def test_a_file_keeps_its_name_as_far_as_a_name_goes(given: str, kept: str) -> None:
    assert safe_name(given) == kept


MAPPING = '[columns]\nid = "号"\nopened = "受理"\ntype = "类别"\ndepartment = "单位"\n[numbers]\nprefix = "UIC-"\n'


@pytest.mark.browser
def test_cases_of_another_system_are_tried_brought_in_and_a_bad_row_is_mended(
    site: Site, visit: Visit, tmp_path: Path
) -> None:
    centre = visit().sign_in("centre").open("/imports")
    page = centre.page
    page.get_by_text("其他系统的案卷").click()
    write_csv(tmp_path / "cases.csv", [["1", "2026-03-04", "噪声", "fire"], ["2", "昨天", "噪声", "fire"]],
              headers=["号", "受理", "类别", "单位"])  # fmt: skip
    page.set_input_files(".st-key-cases_file input[type=file]", str(tmp_path / "cases.csv"))
    page.locator(".st-key-cases_mapping textarea").fill("[columns\n")
    page.locator(".st-key-cases_try button").click()
    page.locator(".st-key-imports_refused").wait_for()
    page.locator(".st-key-cases_mapping textarea").fill(MAPPING)
    page.locator(".st-key-cases_try button").click()
    told = {"read": 2, "placed": 1, "unchanged": 0, "quarantined": 1}
    assert counts(centre, ".st-key-cases_trial_counts") == told
    page.locator(".st-key-cases_go button").click()
    page.wait_for_url("**batch=*")
    assert counts(centre, ".st-key-imports_counts") == told
    with page.expect_download() as given:
        page.locator(".st-key-imports_download_csv button").click()
    mended = tmp_path / "mended.csv"
    mended.write_text(given.value.path().read_text(encoding="utf-8-sig").replace("昨天", "2026-03-05", 1), "utf-8")
    page.locator(".st-key-imports_again button").click()
    page.get_by_text("其他系统的案卷").click()
    page.set_input_files(".st-key-cases_file input[type=file]", str(mended))
    page.locator(".st-key-cases_mapping textarea").fill(MAPPING)
    page.locator(".st-key-cases_go button").click()
    page.get_by_text("收回修好的行 1 行").wait_for()
    with site.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM ticket WHERE number LIKE 'UIC-%'")).scalar() == 2
