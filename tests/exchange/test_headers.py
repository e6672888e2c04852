"""What registers call their columns."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import MappingInvalid
from exchange.headers import Mapping, Overrides, field_names, guess_mapping
from words import say


def _field(header: str) -> str | None:
    return guess_mapping([header]).columns[0].field


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("房主姓名", "owner_name"),
        ("业主", "owner_name"),
        ("房东", "owner_name"),
        ("户 主", "owner_name"),
        ("FZXM", "owner_name"),
        ("fwsyrxm", "owner_name"),
        ("住址", "address"),
        ("门牌", "address"),
        ("XXDZ", "address"),
        ("出租房屋坐落地址", "address"),
        ("建筑面积（㎡）", "area_m2"),
        ("房屋面积(平方米)", "area_m2"),
        ("*联系电话", "owner_phone"),
        ("治安责任人电话", "manager_phone"),
        ("DLRLXFS", "manager_phone"),
        ("承租状态(1正常 2退租)", "let_status"),
        ("addr:street", "road"),
        ("building:levels", "floors"),
        ("ＣＺＦＷＢＨ", "source_key"),
    ],
)
def test_real_headers_are_recognised(header: str, field: str) -> None:
    assert _field(header) == field


@pytest.mark.parametrize("header", ["房主编号", "住址编号", "登记单位名称", "审核人", "面积(亩)", "天气", "area", ""])
def test_a_header_that_only_looks_like_ours_is_kept_as_it_is(header: str) -> None:
    guess = guess_mapping([header]).columns[0]
    assert (guess.field, guess.role) == (None, "extra")


@pytest.mark.parametrize("header", ["合租人身份证号", "房主性别", "HZRXM", "承租人姓名", "是否怀孕"])
def test_personal_columns_without_a_purpose_are_not_read(header: str) -> None:
    assert guess_mapping([header]).columns[0].role == "withheld"


def test_the_surer_of_two_columns_wins_and_the_other_is_kept() -> None:
    mapping = guess_mapping(["联系电话", "房东电话", "出租面积", "建筑面积"])
    assert mapping.index_of == {"owner_phone": 1, "area_m2": 3}
    assert mapping.extras == ((0, "联系电话"), (2, "出租面积"))
    assert [column.reason for column in mapping.columns] == ["taken", "name", "taken", "name"]


@pytest.mark.parametrize(
    ("headers", "crs"),
    [
        (["经度(GCJ-02)", "纬度"], "GCJ-02"),
        (["百度经度", "百度纬度"], "BD-09"),
        (["经度", "纬度"], None),
        (["经度（国家2000）"], "EPSG:4490"),
    ],
)
def test_a_datum_in_the_header_is_heeded(headers: list[str], crs: str | None) -> None:
    assert guess_mapping(headers).crs_hint == crs


def test_what_a_person_decides_goes_before_every_guess(tmp_path: Path) -> None:
    mapping = guess_mapping(["地址", "门口", "房东", "天气"])
    (tmp_path / "m.toml").write_text(
        'crs = "GCJ-02"\n[columns]\n"门口" = "address"\n"房东" = "withheld"\n', encoding="utf-8"
    )
    chosen = mapping.overridden(Mapping.from_toml(tmp_path / "m.toml"))
    assert chosen.index_of == {"address": 1}
    assert [column.role for column in chosen.columns] == ["extra", "field", "withheld", "extra"]
    assert (chosen.crs_hint, chosen.by_person) == ("GCJ-02", True)


@pytest.mark.parametrize(
    "text", ['[columns]\n"a" = "adress"', '[columns]\n"a" = "address"\n"b" = "address"', "[columns", "columns = 3"]
)
def test_a_mapping_that_cannot_be_meant_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    with pytest.raises(MappingInvalid):
        Mapping.from_toml(tmp_path / "m.toml")


def test_a_mapping_for_another_file_is_refused() -> None:
    with pytest.raises(MappingInvalid, match="门口"):
        guess_mapping(["地址"]).overridden(Overrides({"门口": "address"}))


headers = st.lists(
    st.one_of(
        st.sampled_from(["地址", "房东", "FZXM", "经度", "备注", "序号", "房主性别"]),
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    ),
    unique=True,
    max_size=8,
)


@given(headers)
def test_every_column_is_accounted_for_and_no_field_is_used_twice(names: list[str]) -> None:
    mapping = guess_mapping(names)
    assert [column.header for column in mapping.columns] == names
    fields = [column.field for column in mapping.columns if column.field]
    assert len(fields) == len(set(fields))


@given(headers)
def test_a_written_mapping_reads_back_the_same(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    mapping = guess_mapping(names)
    path = tmp_path_factory.mktemp("m") / "m.toml"
    path.write_text(mapping.to_toml(), encoding="utf-8")
    again = mapping.overridden(Mapping.from_toml(path))
    assert [(one.field, one.role) for one in again.columns] == [(one.field, one.role) for one in mapping.columns]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("field", field_names())
def test_our_own_headings_are_recognised_when_they_come_back(field: str, lang: str) -> None:
    assert _field(say(f"exchange.field.{field}", lang)) == field
