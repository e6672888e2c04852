"""The one escaper of the product.

A string that reaches a folium map passes four readers: Python's template engine (folium parses what it
has rendered once more), a JavaScript parser (template literals), an HTML parser, and the attribute rules of
HTML. What leaves this module is inert in all four.
"""

import json
import re
from typing import Any

_ENTITIES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
    "`": "&#96;",
    "\\": "&#92;",
    "{": "&#123;",
    "}": "&#125;",
    "$": "&#36;",
}
_DANGEROUS = re.compile("[" + re.escape("".join(_ENTITIES)) + "]")
# Control characters have no shape; direction overrides can make one address read as another.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_BREAK = re.compile("\r\n|[\r\n\x0c\u2028\u2029]")
_PUNCTUATION = re.compile("[" + re.escape("!\"#$&'()*+:;<=>?@[\\]^_`{|}~") + "]")
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_JSON_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&'`$"}


def html(text: object, *, lines: bool = False) -> str:
    """Text made safe to stand in HTML, between tags or inside a quoted attribute.

    Parameters
    ----------
    text
        Anything; ``None`` becomes the empty string.
    lines
        True turns line breaks into ``<br>``; otherwise each becomes a space.
    """
    clean = _DANGEROUS.sub(lambda found: _ENTITIES[found[0]], _visible(text))
    return _LINE_BREAK.sub("<br>" if lines else " ", clean)


def attribute(text: object) -> str:
    """Text as a whole attribute value, its double quotes included."""
    return f'"{html(text)}"'


def markdown(text: object) -> str:
    """Text made safe to stand in Markdown: no link, image, code, formula or colour of its own comes of it.

    Every punctuation mark becomes a character reference, which Markdown shows and never reads as structure.
    """
    clean = _LINE_BREAK.sub(" ", _visible(text))
    return _PUNCTUATION.sub(lambda found: f"&#{ord(found[0])};", clean)


def js_text(text: object) -> str:
    """Text as a JavaScript string literal, quotes included, safe in a script element and a template."""
    return js_value(_visible(text))


def js_value(value: Any) -> str:
    """A JSON value as JavaScript source that no HTML, template or script parser can be led out of."""
    dumped = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return _JSON_STRING.sub(_without_braces, dumped.translate(_JSON_ESCAPES))


def _visible(text: object) -> str:
    raw = "" if text is None else str(text)
    return _SURROGATES.sub("\ufffd", _INVISIBLE.sub("", raw))


def _without_braces(found: re.Match[str]) -> str:
    return found[0].replace("{", "\\u007b").replace("}", "\\u007d")
