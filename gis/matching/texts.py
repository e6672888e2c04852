"""Many short texts in one array of bytes: a million addresses without a million objects."""

from collections.abc import Iterable, Iterator
from typing import Self

import numpy as np
import numpy.typing as npt


class Texts:
    """A sequence of texts; ``data`` is their UTF-8 one after another (uint8), ``ends`` where each ends (int64)."""

    __slots__ = ("data", "ends")

    def __init__(self, data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> None:
        self.data, self.ends = data, ends

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Pack texts."""
        packed = [text.encode("utf-8", errors="surrogatepass") for text in texts]
        ends = np.cumsum([len(piece) for piece in packed], dtype=np.int64)
        return cls(np.frombuffer(b"".join(packed), dtype=np.uint8), ends)

    def __len__(self) -> int:
        """How many texts."""
        return len(self.ends)

    def __getitem__(self, index: int) -> str:
        """One text."""
        start = self.ends[index - 1] if index else 0
        return self.data[start : self.ends[index]].tobytes().decode("utf-8", errors="surrogatepass")

    def __iter__(self) -> Iterator[str]:
        """All texts in order."""
        whole, start = self.data.tobytes(), 0
        for end in self.ends.tolist():
            yield whole[start:end].decode("utf-8", errors="surrogatepass")
            start = end
