"""Signing in and out: argon2id, throttled, sessions kept in the database under the hash of their token."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection

from db import account, audit
from db.engine import reading, transaction
from db.query import Row
from gis.errors import AnjuError
from inspections.access import Actor

LASTS = timedelta(hours=12)
WINDOW = timedelta(minutes=15)
PER_LOGIN = 5
PER_CLIENT = 100
MIN_PASSWORD = 12


class WrongPasswordError(AnjuError):
    """The login or the password is wrong."""


class ThrottledError(AnjuError):
    """Too many failed attempts: wait {minutes} minutes."""


class WeakPasswordError(AnjuError):
    """A password needs at least {least} characters."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: the token goes into the cookie and is stored nowhere."""

    token: str
    expires_at: datetime


@cache
def hasher() -> PasswordHasher:
    """Argon2id with the library's recommended cost."""
    return PasswordHasher()


@cache
def _nobody() -> str:
    return hasher().hash(secrets.token_urlsafe(16))


def token_hash(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


def sign_in(login: str, password: str, *, client: str, at: datetime) -> SignedIn:
    """Open a session; raises ``WrongPasswordError``, or ``ThrottledError`` after too many failures.

    An unknown login costs the same time as a wrong password, so that logins cannot be told apart by it.
    """
    login = login.strip().lower()
    with transaction() as connection:
        known = account.credentials(connection, login)
        failed = account.failures(connection, login=login, client=client, since=at - WINDOW)
    if failed["by_login"] >= PER_LOGIN or failed["by_client"] >= PER_CLIENT:
        raise ThrottledError(minutes=int(WINDOW.total_seconds() // 60))
    good = _matches(known["password_hash"] if known else _nobody(), password) and known is not None and known["active"]
    with transaction() as connection:
        account.record_attempt(connection, login=login, client=client, at=at, succeeded=bool(good))
        if good and known is not None:
            return _open(connection, known, at)
    raise WrongPasswordError()


def _open(connection: Connection, known: Row, at: datetime) -> SignedIn:
    token = secrets.token_urlsafe(32)
    account.open_session(
        connection,
        county=known["county"],
        account_id=known["id"],
        token_hash=token_hash(token),
        at=at,
        until=at + LASTS,
    )
    who = account.actor_of(connection, county=known["county"], account_id=known["id"], at=at)
    audit.record(connection, actor=who, name="session.open", about=("account", known["id"]), detail={})
    return SignedIn(token=token, expires_at=at + LASTS)


def _matches(stored: str, password: str) -> bool:
    try:
        return hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def sign_out(token: str, *, at: datetime) -> None:
    """End the session; ending it twice is no error."""
    with transaction() as connection:
        account.end_session(connection, token_hash=token_hash(token), at=at)


def who(token: str | None, *, at: datetime) -> tuple[Actor, str] | None:
    """Who holds this token and the language they read; None if it is no good (any more)."""
    if not token:
        return None
    with reading() as connection:
        return account.actor(connection, token_hash=token_hash(token), at=at)


def speak(actor: Actor, language: str) -> None:
    """Remember the language a person reads."""
    with transaction() as connection:
        account.set_language(connection, county=actor.county, account_id=actor.account_id, language=language)


def hash_password(password: str) -> str:
    """The argon2id hash of a password that is long enough; raises ``WeakPasswordError`` otherwise."""
    if len(password) < MIN_PASSWORD:
        raise WeakPasswordError(least=MIN_PASSWORD)
    return hasher().hash(password)
