"""A reference is read once, kept as arrays and comes back the same."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.address.parts import Label
from gis.matching.index import _filed, anchors, key_of, own_depth
from gis.matching.keys import FIELDS, text_key
from gis.matching.match import match
from gis.matching.reference import Reference, ReferenceAddress, ReferenceFormatError
from gis.matching.texts import Texts

ROWS = [
    ReferenceAddress("001", "江苏省常熟市虞山街道人民路108号阳光花园3幢2单元203室", 120.75, 31.65),
    ReferenceAddress("b,\n'", "常熟市古里镇文昌路100弄5号", 120.76, 31.66, datum_known=False),
    ReferenceAddress("丙", "梅李镇聚沙村新庄12号", 120.77, 31.67),
    ReferenceAddress("d", "阳光花园3号201室", 120.77, 31.67),
    ReferenceAddress("e", "古里镇", 120.77, 31.67),
    ReferenceAddress("f", "", 120.77, 31.67),
]


def test_a_saved_reference_comes_back_the_same(tmp_path: Path) -> None:
    built = Reference.build(ROWS)
    built.save(tmp_path / "reference.npz")
    loaded = Reference.load(tmp_path / "reference.npz")
    assert list(loaded.ids) == [row.id for row in ROWS]
    assert list(loaded.texts) == [row.text for row in ROWS]
    assert loaded.words == built.words
    assert np.array_equal(loaded.codes, built.codes)
    assert loaded.datum_known.tolist() == [row.datum_known for row in ROWS]
    assert match("人民路108号阳光花园3幢2单元203室", loaded) == match("人民路108号阳光花园3幢2单元203室", built)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 spoilt", b"not an archive"])
def test_a_file_that_is_no_reference_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.npz"
    path.write_bytes(content)
    with pytest.raises(ReferenceFormatError, match=r"other\.npz"):
        Reference.load(path)


def test_a_reference_with_objects_in_it_is_refused_and_nothing_in_it_runs(tmp_path: Path) -> None:
    path = tmp_path / "evil.npz"
    np.savez(path, format=np.array([print], dtype=object))
    with pytest.raises(ReferenceFormatError):
        Reference.load(path)


def test_the_parts_of_an_address_stand_in_columns() -> None:
    reference = Reference.build(ROWS)
    roads = [reference.words[code] for code in reference.column(Label.ROAD)]
    assert roads[:3] == ["人民路", "文昌路", ""]
    assert [reference.words[code] for code in reference.column(Label.ROADNO)][:3] == ["108", "5", "12"]
    assert reference.codes.shape == (len(ROWS), len(FIELDS))


def test_two_processes_read_what_one_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = Reference.build(ROWS)
    monkeypatch.setattr("gis.matching.reading.WORTH_A_PROCESS", 1)
    monkeypatch.setattr("gis.matching.reading.CHUNK", 2)
    told: list[tuple[int, int]] = []
    together = Reference.build(ROWS, workers=2, progress=lambda done, total: told.append((done, total)))
    assert [together.values(row) for row in range(len(ROWS))] == [alone.values(row) for row in range(len(ROWS))]
    assert together.text_keys.tolist() == alone.text_keys.tolist()
    assert told[-1] == (len(ROWS), len(ROWS))


def test_every_address_is_filed_under_the_keys_it_is_looked_up_by() -> None:
    codes = Reference.build(ROWS).codes
    filed: dict[int, set[int]] = {}
    for keys, rows in _filed(codes):
        for key, row in zip(keys.tolist(), rows.tolist(), strict=True):
            filed.setdefault(row, set()).add(key)
    for row, said in enumerate(codes.tolist()):
        for anchor in anchors(said):
            depth = own_depth(said) or int(anchor.house > 0)
            assert key_of(anchor, said, depth) in filed[row]


@given(st.lists(st.text()))
def test_packed_texts_come_back_one_by_one_and_all_together(texts: list[str]) -> None:
    packed = Texts.of(texts)
    assert list(packed) == texts
    assert [packed[at] for at in range(len(packed))] == texts


def test_widths_and_gaps_make_no_other_text_but_digits_stay_apart() -> None:
    assert text_key("人民路１０８号 ３幢") == text_key("人民路108号3幢")
    assert text_key("人民路1 08号") != text_key("人民路108号")
