"""Signing what leaves the house: an Ed25519 key derived from the one key that the installation keeps."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from db.crypto import derived


@cache
def _private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derived(b"anju evidence signature"))


def sign(content: bytes) -> bytes:
    """The signature of some bytes: 64 bytes."""
    return _private().sign(content)


def public_key() -> bytes:
    """The public key that signatures are checked with: 32 bytes."""
    return _private().public_key().public_bytes_raw()
