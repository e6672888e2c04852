"""The typeface of printed sheets: the machine's own Chinese font, cut down to the letters in use and embedded.

No font is carried here. Where the machine has none that may be embedded, the sheet names Adobe's STSong-Light, which
readers of PDF bring themselves.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, TTLibError, newTable
from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

EMBEDDED, NAMED = "AnjuSheet", "STSong-Light"
_one_at_a_time = threading.Lock()
_FOLDER = Path("/usr/share/fonts")
USUAL = tuple(
    _FOLDER / place for place in (
        "opentype/noto/NotoSansCJK-Regular.ttc", "google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
        "google-noto-cjk/NotoSansCJK-Regular.ttc", "noto-cjk/NotoSansCJK-Regular.ttc",
        "truetype/wqy/wqy-microhei.ttc", "wqy-microhei/wqy-microhei.ttc", "truetype/droid/DroidSansFallbackFull.ttf",
    )
)  # fmt: skip
"""Where Debian, Ubuntu, Fedora, openEuler and Arch keep free fonts that may be embedded (OFL, Apache)."""

_MAY_NOT_BE_EMBEDDED = 0x0002
_EM_SHARE = 1 / 1000
_MEASURES = (
    "maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
    "maxSizeOfInstructions", "maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints",
    "maxCompositeContours", "maxComponentDepth",
)  # fmt: skip


@contextmanager
def font_for(text: str, *, own: Path | None = None) -> Iterator[str]:
    """Let reportlab know a font for ``text`` for as long as a sheet is drawn and written; gives its name.

    ``own`` is a font file that goes before the usual places. One sheet at a time: the name is the same for all, and
    reportlab keeps the first font of a name until it is taken back.
    """
    with _one_at_a_time:
        for path in [own, *USUAL] if own else USUAL:
            found = cut(path, text)
            if found is not None:
                font = ttfonts.TTFont(EMBEDDED, BytesIO(found))
                pdfmetrics.registerFont(font)
                try:
                    yield EMBEDDED
                finally:
                    font.unregister()
                return
        if NAMED not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(UnicodeCIDFont(NAMED))
        yield NAMED


def cut(path: Path, text: str) -> bytes | None:
    """Return a TrueType font with the letters of ``text`` alone; None where the file is no font or forbids it."""
    if not path.is_file():
        return None
    try:
        with _face(path) as font:
            if font["OS/2"].fsType & _MAY_NOT_BE_EMBEDDED:
                return None
            _keep(font, text)
            if "glyf" not in font:
                _quadratic(font)
            written = BytesIO()
            font.save(written)
    except (TTLibError, KeyError, AssertionError, OSError):
        return None
    return written.getvalue()


def _face(path: Path) -> TTFont:
    """The file's font; of a collection the one for simplified Chinese, else the first."""
    if path.suffix.lower() not in {".ttc", ".otc"}:
        return TTFont(path, lazy=True)
    with TTCollection(path, lazy=True) as faces:
        names = [str(font["name"].getDebugName(4)) for font in faces.fonts]
    at = next((at for at, name in enumerate(names) if " SC" in name and "Mono" not in name), 0)
    return TTFont(path, fontNumber=at, lazy=True)


def _keep(font: TTFont, text: str) -> None:
    options = subset.Options()
    options.layout_features, options.name_IDs = [], [1, 2, 4, 6]
    options.hinting, options.notdef_outline, options.desubroutinize = False, True, True
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)


def _quadratic(font: TTFont) -> None:
    """Turn the cubic outlines of an OpenType font into TrueType's, the one kind that reportlab embeds."""
    order, drawn = font.getGlyphOrder(), font.getGlyphSet()
    font["loca"], glyphs = newTable("loca"), newTable("glyf")
    glyphs.glyphOrder, glyphs.glyphs = order, {}
    error = font["head"].unitsPerEm * _EM_SHARE
    for name in order:
        pen = TTGlyphPen(None)
        drawn[name].draw(Cu2QuPen(pen, error, reverse_direction=True))
        glyphs.glyphs[name] = pen.glyph()
    font["glyf"] = glyphs
    _widths(font, glyphs, order)
    _tables(font, order)


def _widths(font: TTFont, glyphs: Any, order: Iterable[str]) -> None:
    for name in order:
        glyph = glyphs.glyphs[name]
        glyph.recalcBounds(glyphs)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyph, "xMin", 0) if glyph.numberOfContours else 0)


def _tables(font: TTFont, order: list[str]) -> None:
    measures = font["maxp"]
    measures.tableVersion = 0x00010000
    for name in _MEASURES:
        setattr(measures, name, 1 if name == "maxZones" else 0)
    post = font["post"]
    post.formatType, post.extraNames, post.mapping, post.glyphOrder = 2.0, [], {}, order
    del font["CFF "]
    font.sfntVersion = "\x00\x01\x00\x00"
