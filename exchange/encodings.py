"""Which of the two encodings a text came in, line by line, so that one spoilt line spoils one row."""

from dataclasses import dataclass

_FIRST_EAST_ASIAN = "\u2e80"
_MIN_UTF8_EVIDENCE = 2


@dataclass(frozen=True, slots=True)
class Decoded:
    """Lines as text; a line in ``spoilt`` (counted from 0) holds bytes that its encoding does not know."""

    lines: list[str]
    encoding: str
    spoilt: frozenset[int]
    mostly_spoilt: bool


def decode_lines(data: bytes) -> Decoded:
    """Text of a UTF-8 (with or without mark), UTF-16 (with mark) or GB18030 file."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode_utf16(data)
    marked = data.startswith(b"\xef\xbb\xbf")
    data = data[3:] if marked else data
    try:
        return Decoded(_cut(data.decode("utf-8")), "utf-8-sig" if marked else "utf-8", frozenset(), False)
    except UnicodeDecodeError:
        return _decode_by_majority(data)


def _cut(text: str) -> list[str]:
    """Cut at line ends only: ``str.splitlines`` would also cut at form feeds and Unicode separators."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [line + "\n" for line in text.split("\n")]
    return lines[:-1] if lines[-1] == "\n" else lines


def _decode_utf16(data: bytes) -> Decoded:
    text = data.decode("utf-16", errors="replace")
    return Decoded(_cut(text), "utf-16", frozenset(), "\ufffd" in text)


def _decode_by_majority(data: bytes) -> Decoded:
    """Let the lines vote: the encoding most of them can be read in is the file's."""
    raw = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    raw = raw[:-1] if raw[-1] == b"" else raw
    foreign = [index for index, line in enumerate(raw) if not line.isascii()]
    utf8 = {index for index in foreign if is_utf8(raw[index])}
    if 2 * len(utf8) > len(foreign):
        spoilt = frozenset(foreign) - utf8
        encoding = "utf-8"
    else:
        spoilt = frozenset(index for index in foreign if _not_gb18030(raw[index]))
        encoding = "gb18030"
    lines = [line.decode(encoding, errors="replace") + "\n" for line in raw]
    return Decoded(lines, encoding, spoilt, 2 * len(spoilt) > len(foreign))


def is_utf8(line: bytes) -> bool:
    """Whether the bytes are well-formed UTF-8."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _not_gb18030(line: bytes) -> bool:
    """Whether a line cannot be GB18030, or is so plainly UTF-8 that reading it as GB18030 would be a guess."""
    try:
        line.decode("gb18030")
    except UnicodeDecodeError:
        return True
    try:
        foreign = [char for char in line.decode("utf-8") if not char.isascii()]
    except UnicodeDecodeError:
        return False
    return len(foreign) >= _MIN_UTF8_EVIDENCE and all(char >= _FIRST_EAST_ASIAN for char in foreign)
