"""One photograph made fit to be kept: seen to be an image, turned upright, made smaller, stripped of all it tells
besides the picture. When and where it was taken is read first.
"""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from gis.errors import AnjuError
from inspections.deadline import SHANGHAI

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 80_000_000
LONG_SIDE_PX = 2048
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")


class NotAPhotoError(AnjuError):
    """No photo can be read from it: {problem}. Send a JPEG, PNG or WebP picture."""


class PhotoTooBigError(AnjuError):
    """The photo is too big: {found} {unit}, at most {limit} {unit}."""


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A JPEG without metadata; lon, lat in degrees as the camera's receiver gave them (WGS 84)."""

    content: bytes
    width: int
    height: int
    taken_at: datetime | None
    lon: float | None
    lat: float | None


def clean(content: bytes) -> CleanPhoto:
    """Re-encode a photo to at most 2048 px as JPEG; raises ``NotAPhotoError`` or ``PhotoTooBigError``.

    The size in pixels is read from the header and refused before anything is unpacked.
    """
    if not content:
        raise NotAPhotoError(problem="empty file")
    if len(content) > MAX_BYTES:
        raise PhotoTooBigError(found=len(content) // 1024**2 + 1, limit=MAX_BYTES // 1024**2, unit="MB")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            _check_pixels(opened.size)
            exif = opened.getexif()
            taken_at, place = _taken_at(exif), _place(exif)
            flat = _flat(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoTooBigError(found="> 100", limit=MAX_PIXELS // 1_000_000, unit="MP") from None
    except UnidentifiedImageError:
        raise NotAPhotoError(problem="not an image") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise NotAPhotoError(problem=str(error)) from None
    lon, lat = place or (None, None)
    return CleanPhoto(_jpeg(flat), flat.width, flat.height, taken_at, lon, lat)


def _check_pixels(size: tuple[int, int]) -> None:
    pixels = size[0] * size[1]
    if pixels > MAX_PIXELS:
        raise PhotoTooBigError(found=pixels // 1_000_000 + 1, limit=MAX_PIXELS // 1_000_000, unit="MP")


def _flat(opened: Image.Image) -> Image.Image:
    opened.draft("RGB", (LONG_SIDE_PX, LONG_SIDE_PX))
    upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((LONG_SIDE_PX, LONG_SIDE_PX))
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        paper = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(paper, upright)
    flat = upright.convert("RGB")
    # Comments, XMP and profiles ride in info and would be written out again.
    flat.info.clear()
    return flat


def _jpeg(flat: Image.Image) -> bytes:
    buffer = BytesIO()
    flat.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def _taken_at(exif: Image.Exif) -> datetime | None:
    own = exif.get_ifd(ExifTags.IFD.Exif)
    text = own.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    offset = own.get(ExifTags.Base.OffsetTimeOriginal) or ""
    try:
        return datetime.strptime(f"{text}{offset}".strip("\x00 "), "%Y:%m:%d %H:%M:%S%z")
    except ValueError:
        pass
    try:
        return datetime.strptime(f"{text}".strip("\x00 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError:
        return None


def _place(exif: Image.Exif) -> tuple[float, float] | None:
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    try:
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], "S")
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    # A receiver without a fix writes 0, 0; NaN fails both comparisons.
    inside = abs(lat) <= 90 and abs(lon) <= 180 and (lat, lon) != (0.0, 0.0)
    return (lon, lat) if inside else None


def _degrees(parts: Any, ref: str, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if ref.strip("\x00 ").upper() == negative else value
