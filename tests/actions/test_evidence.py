"""Photos: read once for when and where, then nothing but the picture is kept."""

import hashlib
import struct
import zlib
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image, PngImagePlugin
from sqlalchemy import Connection

from actions.evidence import PhotoFromTomorrowError, PhotoTooOldError, keep_photo, open_photo
from actions.photo import MAX_BYTES, NotAPhotoError, PhotoTooBigError, clean
from actions.visits import start_visit, submit_visit
from db import evidence
from db.visit import AlreadySubmittedError
from inspections.access import RefusedError
from inspections.deadline import SHANGHAI
from inspections.visit import Outcome
from tests.actions.story import column, dispatched, drafted, jpeg
from tests.world import COUNTY, NOW, World


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ANJU_EVIDENCE", str(tmp_path / "evidence"))
    return tmp_path / "evidence"


def taken(at: datetime | None, *, offset: str = "", lonlat: tuple[float, float] | None = None, turn: int = 1,
          size: tuple[int, int] = (80, 40)) -> bytes:  # fmt: skip
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turn
    exif[ExifTags.Base.Make] = "SecretPhone"
    own = exif.get_ifd(ExifTags.IFD.Exif)
    if at is not None:
        own[ExifTags.Base.DateTimeOriginal] = f"{at:%Y:%m:%d %H:%M:%S}"
    if offset:
        own[ExifTags.Base.OffsetTimeOriginal] = offset
    if lonlat is not None:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        for value, key, ref, letters in ((lonlat[1], 2, 1, "NS"), (lonlat[0], 4, 3, "EW")):
            whole = abs(value)
            degrees, minutes = int(whole), int(whole % 1 * 60)
            gps[key] = (float(degrees), float(minutes), round((whole * 60 % 1) * 60, 4))
            gps[ref] = letters[value < 0]
    return jpeg(size, exif=exif, comment=b"kept by a phone")


def test_when_and_where_are_read_and_then_gone_from_the_file() -> None:
    told = clean(taken(NOW, lonlat=(120.9021, 31.7052)))
    assert told.taken_at == NOW.replace(second=0)
    assert told.lon == pytest.approx(120.9021, abs=1e-6)
    assert told.lat == pytest.approx(31.7052, abs=1e-6)
    with Image.open(BytesIO(told.content)) as kept:
        assert dict(kept.getexif()) == {}
        assert not {"exif", "comment", "xmp", "icc_profile"} & set(kept.info)
    assert b"SecretPhone" not in told.content
    assert b"kept by a phone" not in told.content


def test_a_time_with_an_offset_is_that_moment() -> None:
    told = clean(taken(datetime(2026, 6, 15, 1, 30), offset="+00:00"))  # noqa: DTZ001 - as a camera writes it
    assert told.taken_at == NOW


@pytest.mark.parametrize("lonlat", [(0.0, 0.0), (-0.1275, -51.5)])
def test_a_position_of_nought_is_none_and_south_west_is_negative(lonlat: tuple[float, float]) -> None:
    told = clean(taken(None, lonlat=lonlat))
    if lonlat == (0.0, 0.0):
        assert (told.lon, told.lat) == (None, None)
    else:
        assert told.lon == pytest.approx(lonlat[0], abs=1e-6)
        assert told.lat == pytest.approx(lonlat[1], abs=1e-6)
    assert told.taken_at is None


def test_a_photo_is_turned_upright_and_made_no_longer_than_2048_px() -> None:
    told = clean(taken(None, turn=6, size=(4000, 1000)))
    assert (told.width, told.height) == (512, 2048)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_transparent_picture_becomes_a_jpeg_on_white(kind: str) -> None:
    buffer = BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(buffer, kind)
    with Image.open(BytesIO(clean(buffer.getvalue()).content)) as kept:
        assert (kept.format, kept.mode) == ("JPEG", "RGB")
        assert min(kept.getpixel((5, 5))) > 250


def _bomb() -> bytes:
    """A PNG of 60,000 x 60,000 pixels in a few bytes."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return PngImagePlugin._MAGIC + body


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", NotAPhotoError),
        (b"<img src=x onerror=alert(1)>", NotAPhotoError),
        (b"GIF89a" + b"\0" * 50, NotAPhotoError),
        (b"\xff\xd8" + b"\0" * MAX_BYTES, PhotoTooBigError),
        (_bomb(), PhotoTooBigError),
    ],
    ids=["empty", "script", "gif", "21 MB", "bomb"],
)
def test_what_is_no_photo_or_too_big_is_refused(content: bytes, error: type) -> None:
    with pytest.raises(error):
        clean(content)


def test_a_photo_cut_short_is_refused() -> None:
    whole = jpeg((600, 400))
    with pytest.raises(NotAPhotoError):
        clean(whole[: len(whole) // 2])


def test_a_picture_between_the_two_limits_of_the_decoder_is_refused_too() -> None:
    head = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 0, 0, 0, 0)
    png = PngImagePlugin._MAGIC + struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    with pytest.raises(PhotoTooBigError):
        clean(png + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT")))


def test_the_file_lies_under_its_own_hash_and_only_once(connection: Connection, world: World, folder: Path) -> None:
    inspector = world.actors["inspector"]
    draft = start_visit(world.houses[1], actor=inspector, at=NOW)["id"]
    content = jpeg()
    first = keep_photo(content, kind="before", actor=inspector, at=NOW, visit_id=draft, fact="ebike_inside")
    again = keep_photo(content, kind="before", actor=inspector, at=NOW, visit_id=draft, fact="ebike_inside")
    other = keep_photo(content, kind="before", actor=inspector, at=NOW, visit_id=draft, fact="stairs_blocked")
    assert first["id"] == again["id"] != other["id"]
    (file,) = [path for path in folder.rglob("*") if path.is_file()]
    stored = file.read_bytes()
    assert file == evidence.path_of(hashlib.sha256(stored).hexdigest())
    assert (first["sha256"], first["bytes"]) == (hashlib.sha256(stored).hexdigest(), len(stored))
    assert open_photo(first["id"], actor=inspector, at=NOW) == (stored, "image/jpeg")


def test_a_write_that_dies_half_way_leaves_nothing_under_the_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_handle: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("db.evidence.os.fsync", dies)
    with pytest.raises(OSError, match="disk full"):
        evidence.put_file("ab" * 32, b"half a photo")
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_photo_of_last_week_proves_nothing_today(connection: Connection, world: World) -> None:
    inspector = world.actors["inspector"]
    draft = start_visit(world.houses[1], actor=inspector, at=NOW)["id"]
    with pytest.raises(PhotoTooOldError, match="2026-06-08"):
        keep_photo(taken(NOW - timedelta(days=7)), kind="before", actor=inspector, at=NOW, visit_id=draft)
    with pytest.raises(PhotoFromTomorrowError):
        keep_photo(taken(NOW + timedelta(days=1)), kind="before", actor=inspector, at=NOW, visit_id=draft)
    assert column(connection, "SELECT count(*) FROM evidence WHERE county=:c") == [0]


def test_an_after_photo_is_taken_after_the_ticket_began(connection: Connection, world: World) -> None:
    key = dispatched(world)
    fire = world.actors["fire"]
    with pytest.raises(PhotoTooOldError):
        keep_photo(taken(NOW - timedelta(hours=2)), kind="after", actor=fire, at=NOW, ticket_id=key)
    at = NOW + timedelta(days=1)
    kept = keep_photo(taken(at.astimezone(SHANGHAI)), kind="after", actor=fire, at=at, ticket_id=key)
    assert kept["ticket_id"] == key


def test_a_photo_is_seen_by_those_who_may_see_its_ticket_and_by_nobody_else(
    connection: Connection, world: World
) -> None:
    key = dispatched(world)
    (photo,) = evidence.of_ticket(connection, COUNTY, key)
    for who in ("inspector", "fire", "centre", "leader"):
        assert open_photo(photo["id"], actor=world.actors[who], at=NOW)[1] == "image/jpeg"
    for who in ("inspector2", "urban"):
        with pytest.raises(RefusedError):
            open_photo(photo["id"], actor=world.actors[who], at=NOW)


def test_nobody_adds_photos_to_what_is_not_theirs(connection: Connection, world: World) -> None:
    key = dispatched(world)
    draft = start_visit(world.houses[2], actor=world.actors["inspector"], at=NOW)["id"]
    on_ticket, on_visit = {"ticket_id": key}, {"visit_id": draft}
    for who, about in (("urban", on_ticket), ("leader", on_ticket), ("inspector2", on_visit)):
        with pytest.raises(RefusedError):
            keep_photo(jpeg(), kind="other", actor=world.actors[who], at=NOW, **about)


def test_a_visit_that_is_handed_in_takes_no_more_photos(connection: Connection, world: World) -> None:
    inspector = world.actors["inspector"]
    key = drafted(world, inspector)
    submit_visit(key, outcome=Outcome.GRANTED, actor=inspector, at=NOW)
    with pytest.raises(AlreadySubmittedError):
        keep_photo(jpeg(), kind="before", actor=inspector, at=NOW, visit_id=key)


def test_a_lost_file_says_so(connection: Connection, world: World, folder: Path) -> None:
    key = dispatched(world)
    (photo,) = evidence.of_ticket(connection, COUNTY, key)
    evidence.path_of(photo["sha256"]).unlink()
    with pytest.raises(evidence.LostFileError):
        open_photo(photo["id"], actor=world.actors["centre"], at=NOW)
    with pytest.raises(evidence.NoSuchEvidenceError):
        open_photo(0, actor=world.actors["centre"], at=NOW)
