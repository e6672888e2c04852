"""Signing in: argon2id, throttled, sessions that end."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from actions import accounts, sign_in
from gis.errors import AnjuError
from inspections.access import RefusedError
from inspections.role import AreaKind, Role
from tests.world import COUNTY, NOW, PASSWORD, World


def enter(login: str = "inspector", password: str = PASSWORD, *, client: str = "10.0.0.1") -> sign_in.SignedIn:
    return sign_in.sign_in(login, password, client=client, at=NOW)


def test_the_right_password_opens_a_session_that_knows_roles_and_grids(connection: Connection, world: World) -> None:
    opened = enter("Inspector ")
    found = sign_in.who(opened.token, at=NOW)
    assert found is not None
    actor, language = found
    assert (actor.account_id, actor.county, language) == (world.accounts["inspector"], COUNTY, "zh")
    assert {grant.area_kind for grant in actor.grants} == {AreaKind.GRID}


def test_the_database_never_holds_the_token_or_the_password(connection: Connection, world: World) -> None:
    opened = enter()
    stored = connection.execute(text("SELECT token_hash FROM session")).scalars().all()
    assert opened.token.encode() not in [bytes(value) for value in stored]
    hashes = connection.execute(text("SELECT password_hash FROM account")).scalars().all()
    assert all(value.startswith("$argon2id$") for value in hashes)


def test_five_wrong_passwords_shut_the_login_for_a_while_even_for_the_right_one(
    connection: Connection, world: World
) -> None:
    for _ in range(sign_in.PER_LOGIN):
        with pytest.raises(sign_in.WrongPasswordError):
            enter(password="wrong")
    with pytest.raises(sign_in.ThrottledError):
        enter()
    later = NOW + sign_in.WINDOW + timedelta(minutes=1)
    assert sign_in.sign_in("inspector", PASSWORD, client="10.0.0.1", at=later).token


def test_a_client_that_tries_many_logins_is_shut_out_too(connection: Connection, world: World) -> None:
    connection.execute(
        text("INSERT INTO sign_in_attempt (login, client, at, succeeded) "
             "SELECT 'nobody' || n, '10.9.9.9', :at, false FROM generate_series(1, :n) n"),
        {"at": NOW - timedelta(minutes=1), "n": sign_in.PER_CLIENT},
    )  # fmt: skip
    with pytest.raises(sign_in.ThrottledError):
        enter(client="10.9.9.9")
    assert enter(client="10.0.0.2").token


def test_unknown_login_and_wrong_password_cannot_be_told_apart(connection: Connection, world: World) -> None:
    messages = set()
    for login in ("nobody", "inspector"):
        with pytest.raises(AnjuError) as refused:
            enter(login, "wrong")
        messages.add((type(refused.value), str(refused.value)))
    assert len(messages) == 1


@pytest.mark.parametrize("token", [None, "", "guess", "0" * 43])
def test_a_token_nobody_was_given_opens_nothing(connection: Connection, world: World, token: str | None) -> None:
    assert sign_in.who(token, at=NOW) is None


def test_a_session_ends_by_itself_by_signing_out_and_when_the_account_is_shut(
    connection: Connection, world: World
) -> None:
    first, second, third = enter(), enter(), enter()
    assert sign_in.who(first.token, at=NOW + sign_in.LASTS + timedelta(seconds=1)) is None
    sign_in.sign_out(second.token, at=NOW)
    assert sign_in.who(second.token, at=NOW) is None
    accounts.set_active(world.accounts["inspector"], False, actor=world.actors["admin"])
    assert sign_in.who(third.token, at=NOW) is None
    with pytest.raises(sign_in.WrongPasswordError):
        enter()


def test_only_an_administrator_makes_accounts(connection: Connection, world: World) -> None:
    new = {"login": "new.clerk", "name": "新人", "password": "a-long-enough-one", "role": Role.DEPARTMENT,
           "area": (AreaKind.DEPARTMENT, "fire"), "at": NOW}  # fmt: skip
    for login in ("inspector", "fire", "centre", "leader"):
        with pytest.raises(RefusedError):
            accounts.add_account(**new, actor=world.actors[login])
    accounts.add_account(**new, actor=world.actors["admin"])
    opened = sign_in.sign_in("new.clerk", "a-long-enough-one", client="x", at=NOW)
    found = sign_in.who(opened.token, at=NOW)
    assert found is not None
    assert found[0].department == "fire"


def test_an_administrator_cannot_reach_into_another_county(connection: Connection, world: World) -> None:
    with pytest.raises(accounts.WrongAreaError):
        accounts.add_account(login="far", name="远", password="a-long-enough-one", role=Role.CENTRE,
                             area=(AreaKind.COUNTY, "330282"), actor=world.actors["admin"], at=NOW)  # fmt: skip


def test_a_short_password_is_refused(connection: Connection, world: World) -> None:
    with pytest.raises(sign_in.WeakPasswordError):
        accounts.set_password(world.accounts["fire"], "short", actor=world.actors["admin"])
