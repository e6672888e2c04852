"""People and telephone numbers inside an address, found carefully: a street may be called like a person."""

import re

from gis.address.marks import PERSON, PHONE, Marked

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计成戴谈宋茅庞熊纪舒"
    "屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪干解应宗丁宣邓郁单杭洪包诸"
    "左石崔吉龚程邢裴陆荣翁荀羊甄曲家封储靳段巫焦巴侯全班仰秋仲伊宫宁仇栾甘厉祖武符刘景詹龙叶幸司黎薄印白蒲从索赖卓屠蒙池乔"
    "阴胥苍双闻党翟谭贡姬申冉雍桑桂牛边尚农温庄晏柴瞿阎连习艾鱼容向古易慎戈廖居衡步都耿满匡国文广东欧利越隆师巩聂晁勾冷简饶曾"
    "关相查后游肖闫阙涂仝佘覃邸占付代"
)
_TITLES = r"先生|女士|小姐|师傅|阿姨"
_PHONE = r"(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-?\d{7,8})(?!\d)"
_NAME = rf"[{_SURNAMES}][一-龥]{{1,2}}"
_LONG_NUMBER = re.compile(r"\d\d\d\d[\d -]\d\d\d")
_NUMBERS = re.compile(_PHONE)
_TITLED = re.compile(rf"[{_SURNAMES}](?:[一-龥]{{0,2}}?)(?:{_TITLES})(?![一-龥]{{2}})")
_ANNOUNCED = re.compile(r"(?:收件人|收货人|联系人|姓名)[: ]*(?P<name>[一-龥]{2,4})(?![一-龥])")
_BESIDE = re.compile(
    rf"(?:(?<![一-龥])|(?<=[号室房楼栋幢元层收]))(?P<before>{_NAME})(?=[ ,:()-]*{_PHONE})"
    rf"|{_PHONE}[ ,:()-]*(?P<after>{_NAME})(?![一-龥])"
)


def people_in(text: str) -> list[Marked]:
    """Return telephone numbers and people of a folded text, in order, never overlapping."""
    found: list[Marked] = []
    if _LONG_NUMBER.search(text):
        found += [(one.start(), one.end(), PHONE) for one in _NUMBERS.finditer(text)]
        found += [(*one.span(one.lastgroup or 0), PERSON) for one in _BESIDE.finditer(text)]
    if "先生" in text or "女士" in text or "小姐" in text or "师傅" in text or "阿姨" in text:
        found += [(*one.span(), PERSON) for one in _TITLED.finditer(text)]
    if "人" in text or "姓名" in text:
        found += [(*one.span("name"), PERSON) for one in _ANNOUNCED.finditer(text)]
    return _apart(sorted(found)) if found else found


def _apart(found: list[Marked]) -> list[Marked]:
    """Each place once: what begins first stays."""
    kept: list[Marked] = []
    for one in found:
        if not kept or one[0] >= kept[-1][1]:
            kept.append(one)
    return kept


def without(text: str, found: list[Marked]) -> str:
    """Return a text of the same length with blanks where people and numbers stood."""
    for start, end, _ in found:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text
