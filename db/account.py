"""Accounts, role grants, sessions and the record of sign-in attempts."""

from datetime import datetime

from sqlalchemy import Connection

from db import query
from inspections.access import Actor, Grant
from inspections.role import AreaKind, Role


def credentials(connection: Connection, login: str) -> query.Row | None:
    """What signing in needs of an account: county, id, password_hash, active, language."""
    return query.row(connection, "account_credentials", login=login)


def failures(connection: Connection, *, login: str, client: str, since: datetime) -> query.Row:
    """Failed attempts since then: ``by_login`` (after its last success), ``by_client``, ``first_at``."""
    return query.row(connection, "sign_in_failures", login=login, client=client, since=since) or {}


def record_attempt(connection: Connection, *, login: str, client: str, at: datetime, succeeded: bool) -> None:
    """Write down that somebody tried to sign in."""
    query.execute(connection, "sign_in_record", login=login, client=client, at=at, succeeded=succeeded)


def open_session(
    connection: Connection, *, county: str, account_id: int, token_hash: bytes, at: datetime, until: datetime
) -> None:
    """Open a session that ends by itself."""
    query.execute(
        connection, "session_open", county=county, account_id=account_id, token_hash=token_hash, at=at, until=until
    )


def end_session(connection: Connection, *, token_hash: bytes, at: datetime) -> None:
    """End a session now."""
    query.execute(connection, "session_end", token_hash=token_hash, at=at)


def actor(connection: Connection, *, token_hash: bytes, at: datetime) -> tuple[Actor, str] | None:
    """Who holds a session that is still good, with the language to speak; None otherwise."""
    account = query.row(connection, "session_account", token_hash=token_hash, at=at)
    return (_actor(connection, account, at), account["language"]) if account is not None else None


def actor_of(connection: Connection, *, county: str, account_id: int, at: datetime) -> Actor:
    """An account as an actor, with the grants in force then."""
    account = query.row(connection, "account_by_id", county=county, account_id=account_id)
    if account is None:
        raise KeyError(account_id)
    return _actor(connection, account, at)


def _actor(connection: Connection, account: query.Row, at: datetime) -> Actor:
    grants = query.rows(
        connection, "account_grants", county=account["county"], account_id=account["id"], on_date=at.date()
    )
    return Actor(
        account_id=account["id"],
        county=account["county"],
        name=account["name"],
        department=account["department"],
        grants=tuple(Grant(Role(g["role"]), AreaKind(g["area_kind"]), g["area_code"]) for g in grants),
    )


def set_language(connection: Connection, *, county: str, account_id: int, language: str) -> None:
    """Remember the language a person reads."""
    query.execute(connection, "account_set_language", county=county, account_id=account_id, language=language)


def accounts(connection: Connection, *, county: str, on_date: datetime) -> list[query.Row]:
    """Every account of a county: id, login, name, department, active, demo, grants (text), last_seen_at."""
    return query.rows(connection, "account_list", county=county, on_date=on_date.date())


def demo_accounts(connection: Connection) -> list[query.Row]:
    """The demonstration accounts, which exist only beside a model town: id, county, login, name, role."""
    return query.rows(connection, "account_demo")


def create(connection: Connection, *, county: str, login: str, name: str, password_hash: str,
           department: str | None) -> int:  # fmt: skip
    """Make an account; its id."""
    return int(query.value(connection, "account_create", county=county, login=login, name=name,
                           password_hash=password_hash, department=department))  # fmt: skip


def grant(connection: Connection, *, county: str, account_id: int, role: str, area_kind: str, area_code: str,
          since: datetime) -> None:  # fmt: skip
    """Grant a role over an area from that day on."""
    query.execute(connection, "account_grant", county=county, account_id=account_id, role=role, area_kind=area_kind,
                  area_code=area_code, since=since.date())  # fmt: skip


def set_active(connection: Connection, *, county: str, account_id: int, active: bool) -> int:
    """Open or shut an account; shutting ends its sessions as well."""
    touched = query.execute(connection, "account_set_active", county=county, account_id=account_id, active=active)
    if not active:
        query.execute(connection, "session_end_all", county=county, account_id=account_id)
    return touched


def set_password(connection: Connection, *, county: str, account_id: int, password_hash: str) -> None:
    """Change a password hash and end every session of the account."""
    query.execute(connection, "account_set_password", county=county, account_id=account_id, password_hash=password_hash)
    query.execute(connection, "session_end_all", county=county, account_id=account_id)
