"""A reference of standard addresses: read once, kept as arrays, saved and loaded in seconds."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Self
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from gis.address.parts import Label
from gis.errors import AnjuError
from gis.matching.keys import FIELDS, PLACE
from gis.matching.outcome import (
    Candidate,
    Located,
    Match,
    MatchLevel,
    Outcome,
    PlaceLocator,
    Reason,
    Unmatched,
)
from gis.matching.reading import Progress, read_values
from gis.matching.texts import Texts

__all__ = [
    "Candidate", "Located", "Match", "MatchLevel", "Outcome", "PlaceLocator", "Reason", "Reference",
    "ReferenceAddress", "Unmatched",
]  # fmt: skip

Codes = npt.NDArray[np.int32]
FORMAT = 2


class ReferenceFormatError(AnjuError):
    """{name} is not a saved reference of this version; build it again."""


class ReferenceAddress(NamedTuple):
    """One standard address and its point in EPSG:4490; ``datum_known`` is False where the source did not say."""

    id: str
    text: str
    lon: float
    lat: float
    datum_known: bool = True


class Reference:
    """Standard addresses as columns.

    ``codes[row, i]`` holds field ``FIELDS[i]`` of an address as a place in ``words`` (0 = '' = not said), int32;
    ``text_keys`` are the hashes of each whole text, shape (rows, ``KEYS``) uint64; ``lon`` and ``lat`` are float64 in
    EPSG:4490. Rows stand in the order they were given, but nothing that is answered depends on it.
    """

    def __init__(
        self, ids: Texts, texts: Texts, *, points: npt.NDArray[np.float64], datum_known: npt.NDArray[np.bool_],
        words: Sequence[str], codes: Codes, text_keys: npt.NDArray[np.uint64],
    ) -> None:  # fmt: skip
        self.ids, self.texts, self.datum_known = ids, texts, datum_known
        self.points, self.codes, self.text_keys, self.words = points, codes, text_keys, tuple(words)
        self.lon, self.lat = points
        self.code_of = {word: code for code, word in enumerate(self.words)}

    def __len__(self) -> int:
        """How many addresses it holds."""
        return len(self.lon)

    @classmethod
    def build(cls, rows: Iterable[ReferenceAddress], *, progress: Progress | None = None, workers: int = 1) -> Self:
        """Read every address; ``workers`` processes share the reading of a long list."""
        ids, texts, lon, lat, known = zip(*rows, strict=True) if (rows := list(rows)) else ((), (), (), (), ())
        words, codes, text_keys = read_values(texts, progress=progress, workers=workers)
        points = np.array([lon, lat], dtype=np.float64).reshape(2, len(ids))
        return cls(
            Texts.of(ids), Texts.of(texts), points=points, datum_known=np.array(known, dtype=np.bool_),
            words=words, codes=codes, text_keys=text_keys,
        )  # fmt: skip

    def column(self, label: Label) -> Codes:
        """The codes of one field, one a row: ``reference.words[code]`` is the normalised text, 0 is not said."""
        return self.codes[:, PLACE[label]]

    def values(self, row: int) -> tuple[str, ...]:
        """The normalised parts of one address, in the order of ``FIELDS``."""
        return tuple(self.words[code] for code in self.codes[row].tolist())

    def save(self, path: Path) -> None:
        """Write one file of plain arrays (npz)."""
        words = Texts.of(self.words)
        with path.open("wb") as file:
            np.savez(
                file, format=np.array([FORMAT, len(FIELDS)]), points=self.points, datum_known=self.datum_known,
                codes=self.codes, text_keys=self.text_keys, ids=self.ids.data, id_ends=self.ids.ends,
                texts=self.texts.data, text_ends=self.texts.ends, words=words.data, word_ends=words.ends,
            )  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a saved reference; no code in the file is ever run. Raises ``ReferenceFormatError``."""
        try:
            with np.load(path, allow_pickle=False) as held:
                if held["format"].tolist() != [FORMAT, len(FIELDS)]:
                    raise ReferenceFormatError(name=path.name)
                return cls(
                    Texts(held["ids"], held["id_ends"]), Texts(held["texts"], held["text_ends"]),
                    points=held["points"], datum_known=held["datum_known"], codes=held["codes"],
                    words=list(Texts(held["words"], held["word_ends"])), text_keys=held["text_keys"],
                )  # fmt: skip
        except (KeyError, ValueError, OSError, EOFError, BadZipFile):
            raise ReferenceFormatError(name=path.name) from None
