"""A pack of evidence: any byte that was changed is found, without the record."""

import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.evidence_pack import CASE, EVENTS, MANIFEST, PAPER, SIGNATURE, Contents, build, fingerprint, verify
from exchange.evidence_pdf import evidence_pdf
from inspections.chain import FIELDS, link
from tests.actions.story import jpeg

OURS, THEIRS = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
PUBLIC, ALIEN = OURS.public_key().public_bytes_raw(), THEIRS.public_key().public_bytes_raw()


def _events() -> list[dict[str, Any]]:
    before, found = b"", []
    steps = [("report", "", "REPORTED"), ("verify", "REPORTED", "VERIFIED"), ("file", "VERIFIED", "FILED"),
             ("dispatch", "FILED", "DISPATCHED")]  # fmt: skip
    for place, (event, source, target) in enumerate(steps):
        at = f"2026-03-04T02:0{place}:00.000000Z"
        told = dict.fromkeys(FIELDS) | {
            "county": "320581", "ticket_id": "7", "at": at, "recorded_at": at, "event": event, "from_state": source,
            "to_state": target, "to_lead": "fire", "actor": "3", "reason": "楼道里充电", "detail": "{}",
        }  # fmt: skip
        before = link(before, told)
        extra = {"actor_name": "张*", "actor_department": None, "at_local": "2026-03-04 10:00"}
        found.append(told | {"hash": before.hex()} | extra)
    return found


def _contents() -> Contents:
    photo = jpeg((80, 60))
    sha256 = hashlib.sha256(photo).hexdigest()
    ticket = {
        "number": "CS20260304-000007", "address": "梅李镇聚沙村12组8号", "address_code": "32058110120100123000000009",
        "state": "DISPATCHED", "lead": "fire", "co": ["town"], "cc": [], "hazard": "FI06", "severity": 1,
        "opened_at": "2026-03-04 10:00:00", "due_at": "2026-03-05 10:00:00", "closed_at": None,
    }  # fmt: skip
    found = {
        "rule_code": "FI06", "room_label": None, "words_zh": "电动自行车在室内充电", "words_en": "E-bike",
        "basis": "苏州条例", "basis_en": None, "certainty": "C", "found_at": "2026-03-04 10:00:00", "lead": "fire",
    }  # fmt: skip
    case = {
        "ticket": ticket, "findings": [found], "departments": {"fire": {"name": "消防救援大队", "name_en": "Fire"}},
        "photos": [{"sha256": sha256, "kind": "before", "taken_at": None, "by": "张*", "house_m": 12.4}],
    }  # fmt: skip
    events, photos = _events(), {sha256: photo}
    paper = evidence_pdf(case, events, photos, key=fingerprint(PUBLIC))
    return Contents(ticket["number"], "2026-03-04 10:00:00", case, events, {"FI06": {"code": "FI06"}}, photos, paper)


@pytest.fixture(scope="module")
def pack() -> bytes:
    return build(_contents(), public_key=PUBLIC, sign=OURS.sign)


def _members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def _again(members: dict[str, bytes], method: int = zipfile.ZIP_STORED, comment: bytes = b"") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        archive.comment = comment
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            info.compress_type = method
            archive.writestr(info, content)
    return written.getvalue()


def _relisted(
    members: dict[str, bytes], sign: Callable[[bytes], bytes] | None, public: bytes = PUBLIC
) -> dict[str, bytes]:
    """The members with a manifest that fits what they are now, signed anew if somebody can."""
    manifest = json.loads(members[MANIFEST])
    names = [name for name in members if name not in {MANIFEST, SIGNATURE}]
    manifest["files"] = [
        {"path": name, "bytes": len(members[name]), "sha256": hashlib.sha256(members[name]).hexdigest()}
        for name in names
    ]
    manifest["public_key"] = public.hex()
    raw = (json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    signed = {SIGNATURE: sign(raw).hex().encode() + b"\n"} if sign else {}
    return members | {MANIFEST: raw} | signed


def _photo(members: dict[str, bytes]) -> str:
    return next(name for name in members if name.startswith("photos/"))


def _edited(members: dict[str, bytes], name: str, was: bytes, becomes: bytes) -> dict[str, bytes]:
    assert was in members[name]
    return members | {name: members[name].replace(was, becomes)}


def _graver(members: dict[str, bytes]) -> dict[str, bytes]:
    return _edited(members, CASE, b'"severity": 1', b'"severity": 3')


def _lines(members: dict[str, bytes]) -> list[bytes]:
    return members[EVENTS].splitlines(keepends=True)


WAYS: dict[str, tuple[Callable[[bytes, dict[str, bytes]], bytes], str]] = {
    "the severity in the data edited": (lambda _, m: _again(_graver(m)), "changed"),
    "data edited and the list made to fit": (
        lambda _, m: _again(_relisted(_graver(m), None)), "signature"),
    "an event's words edited": (lambda _, m: _again(_edited(m, EVENTS, "楼道里".encode(), "车棚里".encode())), "chain"),
    "an event left out": (lambda _, m: _again(m | {EVENTS: b"".join(_lines(m)[:1] + _lines(m)[2:])}), "chain"),
    "the last event cut off": (lambda _, m: _again(m | {EVENTS: b"".join(_lines(m)[:-1])}), "chain"),
    "two events swapped": (
        lambda _, m: _again(m | {EVENTS: b"".join([_lines(m)[1], _lines(m)[0], *_lines(m)[2:]])}), "chain"),
    "a photo swapped": (lambda _, m: _again(m | {_photo(m): jpeg((80, 60))}), "changed"),
    "a photo left out": (lambda _, m: _again({n: c for n, c in m.items() if n != _photo(m)}), "missing"),
    "a photo put in": (lambda _, m: _again(m | {"photos/" + "0" * 64 + ".jpg": jpeg()}), "extra"),
    "a photo renamed": (
        lambda _, m: _again({("photos/1.jpg" if n == _photo(m) else n): c for n, c in m.items()}), "missing"),
    "the paper swapped": (lambda _, m: _again(m | {PAPER: m[PAPER] + b"%"}), "changed"),
    "a rule's text edited": (lambda _, m: _again(_edited(m, "rules/FI06.json", b"FI06", b"FI07")), "changed"),
    "a file put in": (lambda _, m: _again(m | {"note.txt": b"x"}), "extra"),
    "signed anew by somebody else": (
        lambda _, m: _again(_relisted(_graver(m), THEIRS.sign, ALIEN)), "other_key"),
    "their key beside our signature": (
        lambda _, m: _again(_edited(m, MANIFEST, PUBLIC.hex().encode(), ALIEN.hex().encode())), "signature"),
    "cut short": (lambda raw, _: raw[: len(raw) // 2], "not_a_pack"),
    "a byte before it": (lambda raw, _: b"x" + raw, "container"),
    "a byte behind it": (lambda raw, _: raw + b"x", "container"),
    "a comment in the wrapping": (lambda _, m: _again(m, comment=b"seen"), "container"),
    "packed anew, compressed": (lambda _, m: _again(m, zipfile.ZIP_DEFLATED), "container"),
    "members in another order": (lambda _, m: _again(dict(reversed(m.items()))), "container"),
    "nothing at all": (lambda _raw, _members: b"", "not_a_pack"),
    "another zip": (lambda _raw, _members: _again({"a.txt": b"a"}), "missing"),
}  # fmt: skip


def test_a_pack_as_it_was_made_is_whole(pack: bytes) -> None:
    told = verify(pack, key=fingerprint(PUBLIC))
    assert told.problems == []
    assert (told.number, told.events, told.photos, told.fingerprint) == ("CS20260304-000007", 4, 1, fingerprint(PUBLIC))


def test_the_same_case_gives_the_same_bytes() -> None:
    contents = _contents()
    assert build(contents, public_key=PUBLIC, sign=OURS.sign) == build(contents, public_key=PUBLIC, sign=OURS.sign)


@pytest.mark.parametrize("way", WAYS)
def test_whatever_was_done_to_it_is_found(pack: bytes, way: str) -> None:
    tamper, key = WAYS[way]
    told = verify(tamper(pack, _members(pack)), key=fingerprint(PUBLIC))
    assert not told.whole
    assert key in {one.key for one in told.problems}
    assert all(one.words(lang) for one in told.problems for lang in ("zh", "en"))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_one_byte_changed_is_found(pack: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(pack) - 1))
    change = data.draw(st.integers(1, 255))
    changed = bytearray(pack)
    changed[place] ^= change
    assert not verify(bytes(changed)).whole


def test_every_byte_of_the_wrapping_and_of_the_list_counts(pack: bytes) -> None:
    """Every byte outside of photos and paper, one bit of each turned over."""
    members = _members(pack)
    bulky = [(pack.index(members[name]), len(members[name])) for name in (PAPER, _photo(members))]
    dice = random.Random(7)
    for place in range(len(pack)):
        if any(start + 8 < place < start + size - 8 for start, size in bulky):
            continue
        changed = bytearray(pack)
        changed[place] ^= 1 << dice.randrange(8)
        assert not verify(bytes(changed)).whole, place


def test_masked_words_are_counted_and_their_link_is_taken_as_signed() -> None:
    contents = _contents()
    events = [dict(event) for event in contents.events]
    events[1] |= {"reason": "房东 138****5678", "masked": True}
    masked = Contents(
        contents.number, contents.made_at, contents.case, events, contents.rules, contents.photos, b"%PDF"
    )
    told = verify(build(masked, public_key=PUBLIC, sign=OURS.sign))
    assert (told.whole, told.masked) == (True, 1)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_paper_can_be_read(lang: str) -> None:
    contents = _contents()
    paper = evidence_pdf(contents.case, contents.events, contents.photos, key=fingerprint(PUBLIC), lang=lang)
    document = pypdfium2.PdfDocument(paper)
    text = "".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    assert "CS20260304-000007" in text
    assert "苏州条例" in text
    assert fingerprint(PUBLIC) in text.replace("\r\n", "")
