"""An address as it may leave the record: no person in it can be called or named."""

from gis.address.parts import AddressParts, Label
from gis.mask import mask_in_place


def masked(parts: AddressParts) -> str:
    """Return the text, in its own length, with people and numbers covered: 张**, 138****5678.

    Parts that were read as a person keep their first character, telephone parts their first three and last four
    digits; beside them every mobile, telephone and resident's number in the text is covered, wherever it stands.
    """
    text = mask_in_place(parts.text)
    for start, end, label in parts.spans:
        if label == Label.PERSON:
            text = f"{text[: start + 1]}{'*' * (end - start - 1)}{text[end:]}"
        elif label == Label.PHONE:
            text = f"{text[:start]}{_covered(text[start:end])}{text[end:]}"
    return text


def rest(parts: AddressParts, text: str | None = None) -> str:
    """Return what no part took up, masked, piece by piece with a bar between; chatter is rest too.

    ``text`` is ``masked(parts)`` where it is at hand already.
    """
    text = masked(parts) if text is None else text
    taken = [(span.start, span.end) for span in parts.spans if span.label not in _LEFT_OVER]
    pieces, place = [], 0
    for start, end in (*taken, (len(text), len(text))):
        pieces.append(text[place:start].strip(_SEPARATORS))
        place = max(place, end)
    return "|".join(piece for piece in pieces if piece)


_LEFT_OVER = frozenset((Label.REDUNDANT, Label.OTHER, Label.PERSON, Label.PHONE, Label.ASSIST))
_SEPARATORS = " \t\r\n\u3000-－—–~～_,，、.。;；:：()（）[]【】/\\|·'\"“”"


def _covered(number: str) -> str:
    """Cover a telephone number that no rule knows: all but three characters in front and four behind."""
    if "*" in number:
        return number
    hidden = max(0, len(number) - 7)
    return f"{number[:3]}{'*' * hidden}{number[3 + hidden :]}" if hidden else "*" * len(number)
