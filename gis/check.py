"""ISO/IEC 7064 MOD 11-2 (GB/T 17710): the check character of the unified address code."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gis.errors import AnjuError

BODY_LENGTH = 25
_WEIGHTS = tuple(pow(2, BODY_LENGTH - position, 11) for position in range(BODY_LENGTH))
_CHARACTERS = "0123456789X"
_CHARACTER_ARRAY = np.array(list(_CHARACTERS))


class BodyError(AnjuError):
    """A code body is 25 digits; {value!r} is not."""


def check_character(body: str) -> str:
    """Return the check character (0-9 or X) of a 25-digit body; raises ``BodyError`` for anything else."""
    if len(body) != BODY_LENGTH or not (body.isascii() and body.isdigit()):
        raise BodyError(value=body)
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return _CHARACTERS[(1 - total) % 11]


def check_characters(bodies: Sequence[str] | npt.NDArray[np.str_]) -> npt.NDArray[np.str_]:
    """Return the check characters of many 25-digit bodies, an array of one-character strings in their order.

    Raises ``BodyError`` naming the first body that is not 25 ASCII digits.
    """
    return check_of_digits(digits_of(bodies, width=BODY_LENGTH))


def check_of_digits(digits: npt.NDArray[np.uint8]) -> npt.NDArray[np.str_]:
    """Return the check characters of an (n, 25) array of digit values."""
    total = digits.astype(np.int32) @ np.array(_WEIGHTS, dtype=np.int32)
    return _CHARACTER_ARRAY[(1 - total) % 11]


def digits_of(texts: Sequence[str] | npt.NDArray[np.str_], *, width: int) -> npt.NDArray[np.uint8]:
    """Return an (n, width) array of digit values; raises ``BodyError`` for the first text of another shape."""
    array = np.atleast_1d(np.asarray(texts, dtype=np.str_))
    if array.size == 0:
        return np.zeros((0, width), dtype=np.uint8)
    points = _code_points(array)
    fits = (points[:, :width] >= ord("0")) & (points[:, :width] <= ord("9"))
    good = fits.all(axis=1) & (points[:, width:] == 0).all(axis=1)
    if fits.shape[1] < width or not good.all():
        raise BodyError(value=str(array[int(np.argmin(good))] if fits.shape[1] >= width else array[0]))
    return (points[:, :width] - ord("0")).astype(np.uint8)


def _code_points(array: npt.NDArray[np.str_]) -> npt.NDArray[np.uint32]:
    """Return the code points of a fixed-width string array, one row a text, zero-padded."""
    longest = array.dtype.itemsize // 4
    return np.ascontiguousarray(array).view(np.uint32).reshape(array.size, longest)
