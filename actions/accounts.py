"""What an administrator does to accounts."""

from datetime import datetime

from actions.deed import deed
from actions.sign_in import hash_password
from db import account
from gis.errors import AnjuError
from inspections.access import Actor
from inspections.role import AreaKind, Role


class OwnAccountError(AnjuError):
    """Nobody shuts the account they are signed in with."""


class BadLoginError(AnjuError):
    """A login is 2 to 40 small letters, digits, dots, dashes or underscores, not {login!r}."""


class WrongAreaError(AnjuError):
    """The role {role} cannot be granted over {area!r}."""


def add_account(
    *, login: str, name: str, password: str, role: Role, area: tuple[AreaKind, str], actor: Actor, at: datetime
) -> int:
    """Make an account with one role over one area; its id. A department's clerk sits in that department."""
    login = login.strip().lower()
    if not (2 <= len(login) <= 40 and all(c.isascii() and (c.isalnum() or c in "._-") for c in login)):
        raise BadLoginError(login=login)
    kind, code = area
    if kind is not AreaKind.DEPARTMENT and not code.startswith(actor.county):
        raise WrongAreaError(role=role, area=code)
    department = code if kind is AreaKind.DEPARTMENT else None
    with deed(actor, "account.manage", about=("account", login), detail={"role": role, "area": code}) as connection:
        key = account.create(connection, county=actor.county, login=login, name=name.strip(),
                             password_hash=hash_password(password), department=department)  # fmt: skip
        account.grant(
            connection, county=actor.county, account_id=key, role=role, area_kind=kind, area_code=code, since=at
        )
    return key


def set_active(account_id: int, active: bool, *, actor: Actor) -> None:
    """Open or shut an account; a shut account's sessions end at once."""
    if account_id == actor.account_id:
        raise OwnAccountError()
    with deed(actor, "account.manage", about=("account", account_id), detail={"active": active}) as connection:
        account.set_active(connection, county=actor.county, account_id=account_id, active=active)


def set_password(account_id: int, password: str, *, actor: Actor) -> None:
    """Give an account a new password; its sessions end at once."""
    hashed = hash_password(password)
    with deed(actor, "account.manage", about=("account", account_id), detail={"password": "changed"}) as connection:
        account.set_password(connection, county=actor.county, account_id=account_id, password_hash=hashed)
