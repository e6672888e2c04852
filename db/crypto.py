"""Personal data at rest: AES-256-GCM for what must be read again, HMAC-SHA256 for what must only be found again.

The 32-byte key comes from ``ANJU_KEY`` (base64) or from the key file, which is made on first use. Two keys are
derived from it, so that an index can be handed on without the key that opens the texts.
"""

import base64
import hashlib
import hmac
import os
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from db.settings import key_file
from gis.errors import AnjuError

NONCE = 12


class BadKeyError(AnjuError):
    """The key in {source} is not 32 bytes of base64."""


class UnreadableError(AnjuError):
    """A protected value cannot be opened with this key: the key was changed or the value was."""


@cache
def _master() -> bytes:
    given = os.environ.get("ANJU_KEY")
    if given:
        return _decode(given, source="ANJU_KEY")
    path = key_file()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "wb") as file:
                file.write(base64.b64encode(os.urandom(32)))
    return _decode(path.read_text(), source=str(path.name))


def _decode(text: str, *, source: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise BadKeyError(source=source)
    return key


@cache
def derived(purpose: bytes) -> bytes:
    """A 32-byte key for one purpose, derived from the installation's own."""
    return HKDFExpand(algorithm=hashes.SHA256(), length=32, info=purpose).derive(_master())


@cache
def _cipher() -> AESGCM:
    return AESGCM(derived(b"anju text"))


def seal(text: str) -> bytes:
    """Encrypt a text: nonce, then ciphertext with its tag. The same text never gives the same bytes twice."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher().encrypt(nonce, text.encode(), None)


def unseal(sealed: bytes) -> str:
    """Decrypt what ``seal`` made; raises ``UnreadableError`` if key or bytes were changed."""
    try:
        return _cipher().decrypt(bytes(sealed[:NONCE]), bytes(sealed[NONCE:]), None).decode()
    except Exception as error:
        raise UnreadableError() from error


def fingerprint(text: str, *, field: str) -> bytes:
    """A keyed hash of a value, for equality only; ``field`` keeps a phone and an id of the same digits apart."""
    return hmac.digest(derived(b"anju index " + field.encode()), text.strip().upper().encode(), hashlib.sha256)


def seal_many(texts: list[str | None]) -> list[bytes | None]:
    """``seal`` for a column; None stays None."""
    return [seal(text) if text is not None else None for text in texts]
