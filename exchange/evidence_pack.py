"""The evidence of a case in one file that proves itself: built, signed, and verified without the record.

A pack is a zip, stored and not compressed, with members in a fixed order and without a date, so that a pack has one
form only: any byte that differs shows. ``manifest.json`` names every other member with its size and SHA-256 and is
signed (Ed25519); ``events.jsonl`` is the history as a chain of hashes (``inspections.chain``).
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from inspections.chain import link
from words import say

FORMAT = "anju-evidence-1"
MANIFEST, SIGNATURE, CASE, EVENTS, PAPER = "manifest.json", "manifest.sig", "case.json", "events.jsonl", "case.pdf"
_FIRST = (MANIFEST, SIGNATURE, CASE, EVENTS, PAPER)
_EPOCH = (1980, 1, 1, 0, 0, 0)
MOST_BYTES = 2_000_000_000
"""A pack larger than this is none of ours."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a pack: the case as JSON-ready values, its chained events, rules by code, photos, the paper."""

    number: str
    made_at: str
    case: Mapping[str, Any]
    events: Sequence[Mapping[str, Any]]
    rules: Mapping[str, Mapping[str, Any]]
    photos: Mapping[str, bytes]
    paper: bytes


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not fit: a key under ``evidence.problem`` and the member it was found in."""

    key: str
    member: str = ""

    def words(self, lang: str = "zh") -> str:
        """The phrase in the reader's language."""
        return say(f"evidence.problem.{self.key}", lang, member=self.member)


@dataclass(slots=True)
class Verdict:
    """What a pack says of itself and everything in it that does not fit; whole is one without problems.

    ``masked`` counts events whose words were masked, so that their place in the chain is taken on the signature's word.
    """

    number: str = ""
    made_at: str = ""
    fingerprint: str = ""
    events: int = 0
    photos: int = 0
    masked: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.problems

    def note(self, key: str, member: str = "") -> None:
        """Note a problem once."""
        found = Problem(key, member)
        if found not in self.problems:
            self.problems.append(found)


def fingerprint(public_key: bytes) -> str:
    """What people compare of a key: 32 hex digits in groups of four."""
    digest = hashlib.sha256(public_key).hexdigest()[:32]
    return "-".join(digest[at : at + 4] for at in range(0, 32, 4))


def build(contents: Contents, *, public_key: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The pack's bytes; the same contents under the same key give the same bytes."""
    members = {
        CASE: _json(contents.case),
        EVENTS: "".join(_line(event) for event in contents.events).encode(),
        PAPER: contents.paper,
        **{f"rules/{code}.json": _json(rule) for code, rule in contents.rules.items()},
        **{f"photos/{sha256}.jpg": content for sha256, content in contents.photos.items()},
    }
    manifest = _json({
        "format": FORMAT, "ticket": contents.number, "made_at": contents.made_at, "public_key": public_key.hex(),
        "head": contents.events[-1]["hash"] if contents.events else "",
        "files": [
            {"path": name, "bytes": len(members[name]), "sha256": hashlib.sha256(members[name]).hexdigest()}
            for name in _ordered(members)
        ],
    })  # fmt: skip
    return _zipped({MANIFEST: manifest, SIGNATURE: sign(manifest).hex().encode() + b"\n", **members})


def verify(content: bytes, *, key: str | None = None) -> Verdict:
    """Look for anything in a pack that was changed, added, left out or moved; ``key`` is the fingerprint it needs."""
    told = Verdict()
    members = _members(content, told)
    if members is None:
        return told
    if MANIFEST not in members:
        told.note("missing", MANIFEST)
        return told
    manifest = _read_manifest(members[MANIFEST], told)
    if manifest is None:
        return told
    _check_signature(members, manifest, told, key)
    _check_files(members, manifest, told)
    _check_events(members.get(EVENTS, b""), manifest, told)
    _check_case(members, manifest, told)
    if _zipped(members) != content:
        told.note("container")
    return told


def _members(content: bytes, told: Verdict) -> dict[str, bytes] | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            found: dict[str, bytes] = {}
            if sum(one.file_size for one in archive.infolist()) > MOST_BYTES:
                told.note("not_a_pack")
                return None
            if any(one.compress_type != zipfile.ZIP_STORED for one in archive.infolist()):
                told.note("container")
                return None
            for one in archive.infolist():
                if one.filename in found:
                    told.note("twice", one.filename)
                found[one.filename] = archive.read(one)
            return found
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError, UnicodeError):
        told.note("not_a_pack")
        return None


def _read_manifest(raw: bytes, told: Verdict) -> dict[str, Any] | None:
    try:
        manifest = json.loads(raw)
        told.number, told.made_at = str(manifest["ticket"]), str(manifest["made_at"])
        told.fingerprint = fingerprint(bytes.fromhex(manifest["public_key"]))
        listed = [(str(one["path"]), int(one["bytes"]), str(one["sha256"])) for one in manifest["files"]]
        good = manifest["format"] == FORMAT and isinstance(manifest["head"], str) and bool(listed)
    except (ValueError, KeyError, TypeError):
        good = False
    if not good:
        told.note("changed", MANIFEST)
        return None
    return dict(manifest)


def _check_signature(members: Mapping[str, bytes], manifest: Mapping[str, Any], told: Verdict, key: str | None) -> None:
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(manifest["public_key"]))
        public.verify(bytes.fromhex(members.get(SIGNATURE, b"").decode().strip()), members[MANIFEST])
    except (InvalidSignature, ValueError):
        told.note("signature", SIGNATURE)
    if key is not None and _plain(key) != _plain(told.fingerprint):
        told.note("other_key")


def _plain(text: str) -> str:
    return text.replace("-", "").replace(" ", "").lower()


def _check_files(members: Mapping[str, bytes], manifest: Mapping[str, Any], told: Verdict) -> None:
    listed = {str(one["path"]): one for one in manifest["files"]}
    for name, one in listed.items():
        content = members.get(name)
        if content is None:
            told.note("missing", name)
        elif len(content) != one["bytes"] or hashlib.sha256(content).hexdigest() != one["sha256"]:
            told.note("changed", name)
    for name in sorted(members.keys() - listed.keys() - {MANIFEST, SIGNATURE}):
        told.note("extra", name)


def _check_events(raw: bytes, manifest: Mapping[str, Any], told: Verdict) -> None:
    before = b""
    try:
        events = [json.loads(line) for line in raw.decode().splitlines()]
        for event in events:
            if event.get("masked"):
                told.masked += 1
                before = bytes.fromhex(event["hash"])
                continue
            before = link(before, event)
            if before.hex() != event["hash"]:
                told.note("chain", EVENTS)
                before = bytes.fromhex(event["hash"])
    except (ValueError, KeyError, TypeError, AttributeError):
        told.note("chain", EVENTS)
        return
    told.events = len(events)
    if before.hex() != manifest["head"]:
        told.note("chain", EVENTS)


def _check_case(members: Mapping[str, bytes], manifest: Mapping[str, Any], told: Verdict) -> None:
    try:
        case = json.loads(members.get(CASE, b""))
        number, photos = case["ticket"]["number"], {one["sha256"] for one in case["photos"]}
    except (ValueError, KeyError, TypeError):
        told.note("changed", CASE)
        return
    if number != manifest["ticket"]:
        told.note("changed", CASE)
    held = {PurePosixPath(name).stem: name for name in members if name.startswith("photos/")}
    told.photos = len(held)
    for sha256 in sorted(photos - held.keys()):
        told.note("missing", f"photos/{sha256}.jpg")
    for sha256, name in sorted(held.items()):
        if sha256 not in photos:
            told.note("extra", name)
        if hashlib.sha256(members[name]).hexdigest() != sha256:
            told.note("changed", name)


def _ordered(names: Mapping[str, bytes]) -> list[str]:
    return [name for name in _FIRST if name in names] + sorted(names.keys() - set(_FIRST))


def _zipped(members: Mapping[str, bytes]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name in _ordered(members):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, members[name])
    return written.getvalue()


def _json(told: Mapping[str, Any]) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n").encode()


def _line(event: Mapping[str, Any]) -> str:
    return json.dumps(dict(event), ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
