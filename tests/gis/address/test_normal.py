"""Two ways of writing one thing are one text."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gis.address.normal import norm, number_of, number_range, suite_of
from gis.address.parts import Label

SITUATIONS = {
    "roadno": [
        ("一百零八号", "108号"), ("１０８號", "108号"), ("602", "602号"), ("廿三号", "23号"), ("108#", "108号"),
        ("008号", "8号"), ("甲12号", "12甲号"), ("12号甲", "12甲号"), ("12号a", "12A号"), ("12甲号", "12甲号"),
        ("12号之3", "12-3号"), ("12之3号", "12-3号"), ("12号-3号", "12-3号"), ("12-3", "12-3号"),
        ("12号附3号", "12-3号"),
        ("12附15号", "12附15号"), ("12之15号", "12附15号"), ("456-458号", "456-458号"), ("456号—458号", "456-458号"),
        ("89至91号", "89-91号"), ("89、91号", "89,91号"), ("临212号", "临212号"), ("门牌12号", "12号"),
        ("东侧", "东侧"),
        ("1 2 号", "12号"), ("两百号", "200号"),
    ],
    "houseno": [
        ("12栋", "12幢"), ("12号楼", "12幢"), ("十二幢", "12幢"), ("b座", "B幢"), ("B", "B幢"), ("47", "47幢"),
        ("12#", "12幢"), ("1号宅", "1号宅"), ("02幢", "2幢"), ("12楼", "12幢"), ("66号", "66号"), ("东楼", "东幢"),
        ("A区12栋", "A区12幢"), ("12-1幢", "12-1幢"), ("三元楼", "三元楼"), ("12#楼", "12#楼"),
    ],
    "cellno": [("一单元", "1单元"), ("2门", "2单元"), ("2号门", "2单元"), ("3梯", "3单元"), ("6", "6单元"),
               ("甲单元", "甲单元"),
               ("B座", "B幢"), ("114号", "114号")],
    "floorno": [
        ("3F", "3层"), ("3f", "3层"), ("三楼", "3层"), ("十二层", "12层"), ("负一层", "-1层"), ("B1", "-1层"),
        ("B1层", "-1层"), ("地下一楼", "-1层"), ("-1楼", "-1层"), ("-1F", "-1层"), ("底楼", "1层"),
        ("1-3层", "1-3层"),
        ("一二楼", "1-2层"), ("一、二楼", "1-2层"), ("F3", "3层"), ("第3层", "3层"), ("顶楼", "顶楼"),
        ("12", "12层"),
    ],
    "roomno": [
        ("二〇三室", "203室"), ("〇三室", "03室"), ("203", "203室"), ("203房", "203室"), ("203号房", "203室"),
        ("37号", "37室"),
        ("a203", "A203室"), ("203户", "203室"), ("十二室", "12室"), ("415/416", "415,416室"), ("203铺", "203铺"),
        ("2648-117", "2648-117室"),
    ],
    "group": [("十二组", "12组"), ("第三村民小组", "3组"), ("6队", "6组"), ("2社", "2组"), ("八", "8组"),
              ("东组", "东组")],
    "road": [("兴慈3路", "兴慈三路"), ("兴慈三路", "兴慈三路"), ("1号路", "一号路"), ("一〇四国道", "104国道"),
             ("104国道", "104国道"),
             ("珠 江 路", "珠江路"), ("滨海12支路", "滨海十二支路"), ("長江路", "长江路"), ("十二组", "12组"),
             ("第3村民小组", "3组"), ("组团路", "组团路"), ("组尚德路", "尚德路")],
    "subroad": [("五百五十三弄", "553弄"), ("553號弄", "553弄"), ("百花弄", "百花弄"), ("2支弄", "二支弄")],
    "poi": [("金桂苑3区", "金桂苑三区"), ("缤纷北苑2期", "缤纷北苑二期"), ("“梧桐”公寓", "梧桐公寓"),
            ("soho广场", "SOHO广场")],
    "community": [("聚沙村村民委员会", "聚沙村"), ("聚沙村委会", "聚沙村"), ("聚沙村", "聚沙村"),
                  ("菱塘社区居委会", "菱塘社区"),
                  ("第3社区", "三社区")],
    "town": [("虞山街道办事处", "虞山街道"), ("梅李镇", "梅李镇")],
    "district": [("常熟", "常熟市"), ("常熟市", "常熟市"), ("鼓楼", "鼓楼区"), ("某某", "某某")],
    "prov": [("浙江", "浙江省"), ("内蒙古", "内蒙古自治区")],
    "city": [("宁波", "宁波市"), ("上海", "上海市")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("label", "written", "canonical"), [(label, *pair) for label, pairs in SITUATIONS.items() for pair in pairs]
)
def test_a_part_has_one_canonical_text(label, written, canonical):
    assert norm(label, written) == canonical


@settings(deadline=None)
@given(
    st.sampled_from(list(Label)),
    st.one_of(
        st.text(max_size=24),
        st.text(alphabet="0123456789一二三十百零〇号栋幢座楼室层单元弄路之附甲乙丙第组村AFB#-－,至 ", max_size=12),
    ),
)
@example(Label.ROADNO, "1号2号")
def test_normalising_never_raises_and_twice_changes_nothing(label, text):
    once = norm(label, text)
    assert norm(label, once) == once


@pytest.mark.parametrize(
    ("written", "row"),
    [("89-91号", (89, 91)), ("89、91号", (89, 91)), ("456—458", (456, 458)), ("100-180号", (100, 180)),
     ("37-1号", None),
     ("12之15号", None), ("12号附15号", None), ("1-305号", None), ("108号", None), ("84-66号", None), ("", None),
     ("九至十一号", (9, 11))],
)  # fmt: skip
def test_a_row_of_doors_is_told_from_a_sub_number(written, row):
    assert number_range(written) == row


def test_the_number_of_a_part_is_its_first():
    assert number_of("12甲号") == 12
    assert number_of("东侧") is None


@pytest.mark.parametrize(
    ("room", "suite"),
    [("203", "0203"), ("1003", "1003"), ("03", None), ("A203", None), ("9001", None), ("200", None), ("12345", None)],
)
def test_floor_and_door_are_taken_only_where_they_can_be_told(room, suite):
    assert suite_of(room) == suite
