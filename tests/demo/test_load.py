"""A model town in the record."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from actions.sign_in import sign_in
from db import account, rating, risk
from db import ticket as tickets
from db.model_town import ModelTownThereError, RealDataError
from db.register import allot
from demo import command
from demo.load import Loaded, Order, load
from demo.people import DEPARTMENTS
from inspections.deadline import SHANGHAI
from inspections.risk import assess, due_on
from inspections.ticket import TRANSITIONS

COUNTY = "330282"
NOW = datetime(2026, 6, 15, 9, 30, tzinfo=SHANGHAI)
ORDER = Order(COUNTY, 200, 1, NOW, "!")


def scalar(connection: Connection, sql: str) -> Any:
    return connection.execute(text(sql), {"county": COUNTY, "now": NOW}).scalar_one()


@pytest.fixture
def laid(connection: Connection, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    monkeypatch.setenv("ANJU_EVIDENCE", str(tmp_path_factory.mktemp("evidence")))
    return load(connection, ORDER)


def test_two_hundred_houses_are_laid_down_whole(connection: Connection, laid: Loaded) -> None:
    """One load, looked at from every side: a load a question would cost a minute."""
    for table, count in laid.rows.items():
        assert scalar(connection, f"SELECT count(*) FROM {table} WHERE county = :county") == count
    assert laid.rows["house"] == 200
    assert laid.rows["division"] == (1 + 24 + 406) + (1 + 20), "the statistical ones, and beside them the civil ones"
    _everything_is_marked_synthetic(connection)
    _nothing_points_nowhere(connection)
    _houses_lie_where_their_grid_and_village_are(connection)
    _tickets_agree_with_their_events(connection)
    _colours_are_what_the_product_would_say(connection)
    _everybody_has_work_and_a_duty(connection, laid)
    _serials_go_on_where_the_town_ended(connection)
    _cases_were_rated_by_two(connection)


def _everything_is_marked_synthetic(connection: Connection) -> None:
    for table in ("house", "party", "ticket"):
        assert scalar(connection, f"SELECT count(*) FROM {table} WHERE county = :county AND NOT synthetic") == 0
    assert scalar(connection, "SELECT count(*) FROM county WHERE county = :county AND model") == 1
    made_up = (
        "SELECT count(*) FROM division WHERE county = :county AND level <> 'county' AND NOT synthetic_geometry "
        "AND (geom IS NOT NULL OR code_system = 'stat')"
    )
    assert scalar(connection, made_up) == 0


def _nothing_points_nowhere(connection: Connection) -> None:
    """Taking a town away drops the foreign keys for a moment: every one of them is there again, and holds."""
    keys = connection.execute(
        text(
            "SELECT c.conrelid::regclass::text AS child, c.confrelid::regclass::text AS parent,"
            " array_agg(a.attname::text ORDER BY k.n) AS columns, array_agg(b.attname::text ORDER BY k.n) AS targets"
            " FROM pg_constraint c CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k (one, two, n)"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.one"
            " JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.two"
            " WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace GROUP BY c.oid, 1, 2"
        )
    ).all()
    assert len(keys) > 20
    for child, parent, columns, targets in keys:
        same = " AND ".join(f"p.{target} = c.{column}" for column, target in zip(columns, targets, strict=True))
        known = " AND ".join(f"c.{column} IS NOT NULL" for column in columns)
        there = f"EXISTS (SELECT FROM {parent} p WHERE {same})"
        lost = f"SELECT count(*) FROM {child} c WHERE c.county = :county AND {known} AND NOT {there}"
        assert scalar(connection, lost) == 0, (child, columns)


def _houses_lie_where_their_grid_and_village_are(connection: Connection) -> None:
    astray = "SELECT count(*) FROM house WHERE county = :county AND grid_id IS DISTINCT FROM grid_at(county, geom)"
    assert scalar(connection, astray) == 0
    outside = (
        "SELECT count(*) FROM house h WHERE h.county = :county AND NOT EXISTS (SELECT FROM division d"
        " WHERE d.county = h.county AND d.code = h.village AND ST_Covers(d.geom, h.geom))"
    )
    assert scalar(connection, outside) == 0


def _tickets_agree_with_their_events(connection: Connection) -> None:
    arrows = {(row.event.value, row.source.value if row.source else "", row.target.value) for row in TRANSITIONS}
    rows = connection.execute(
        text("SELECT event, from_state, to_state FROM ticket_event WHERE county = :county"), {"county": COUNTY}
    ).all()
    assert rows
    assert {tuple(row) for row in rows} <= arrows
    apart = (
        "SELECT count(*) FROM ticket t JOIN LATERAL (SELECT e.to_state, e.at, e.to_lead FROM ticket_event e"
        " WHERE e.county = t.county AND e.ticket_id = t.id ORDER BY e.id DESC LIMIT 1) e ON true"
        " WHERE t.county = :county AND (t.state, t.last_at, t.lead) <> (e.to_state, e.at, e.to_lead)"
    )
    assert scalar(connection, apart) == 0
    no_photo = (
        "SELECT count(*) FROM ticket t WHERE t.county = :county AND t.state = 'CLOSED'"
        " AND NOT EXISTS (SELECT FROM evidence e WHERE e.county = t.county AND e.ticket_id = t.id AND e.kind = 'after')"
    )
    assert scalar(connection, no_photo) == 0
    assert scalar(connection, "SELECT count(*) FROM ticket WHERE county = :county AND last_at > :now") == 0


def _colours_are_what_the_product_would_say(connection: Connection) -> None:
    rows = connection.execute(
        text("SELECT id, colour, score, due_on FROM house WHERE county = :county ORDER BY id"), {"county": COUNTY}
    ).all()
    for key, colour, score, due in rows:
        facts = risk.facts(connection, COUNTY, key, at=NOW)
        found = assess(facts)
        assert (found.colour.value, due_on(facts.last_visit_on, found.colour, county=COUNTY)) == (colour, due)
        assert found.score == pytest.approx(score)


def _everybody_has_work_and_a_duty(connection: Connection, laid: Loaded) -> None:
    idle = (
        "SELECT count(*) FROM grid g WHERE g.county = :county AND NOT EXISTS (SELECT FROM duty d"
        " WHERE d.county = g.county AND d.grid_id = g.id AND d.kind = 'main')"
    )
    assert scalar(connection, idle) == 0
    logins = {one.login for one in laid.accounts}
    assert {"cx-inspector", "cx-fire", "cx-housing", "cx-urban", "cx-police", "cx-centre", "cx-centre2"} <= logins
    assert {"cx-leader", "cx-admin"} <= logins
    assert {row["login"] for row in account.demo_accounts(connection) if row["county"] == COUNTY} == logins
    assert laid.rows["department"] == len(DEPARTMENTS)
    assert sum(tickets.centre_counts(connection, county=COUNTY, now=NOW).values()) > 0


def _serials_go_on_where_the_town_ended(connection: Connection) -> None:
    village, last = connection.execute(
        text("SELECT village, count(*) FROM house WHERE county = :county GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"),
        {"county": COUNTY},
    ).one()
    assert list(allot(connection, county=COUNTY, village=village, houses=1)) == [last + 1]


def _cases_were_rated_by_two(connection: Connection) -> None:
    pairs = rating.pairs(connection, COUNTY)
    assert len(pairs) > 0
    assert all(one.raters[0] != one.raters[1] for one in pairs)
    assert scalar(connection, "SELECT count(*) FROM rating WHERE county = :county AND at > :now") == 0


def test_a_model_town_is_laid_down_once_and_again_only_on_request(connection: Connection, laid: Loaded) -> None:
    with pytest.raises(ModelTownThereError):
        load(connection, ORDER)
    keys = (
        "SELECT string_agg(conname || pg_get_constraintdef(oid), ';' ORDER BY conname)"
        " FROM pg_constraint WHERE contype = 'f'"
    )
    before = scalar(connection, keys)
    again = load(connection, ORDER, reset=True)
    assert again.rows == laid.rows
    assert scalar(connection, keys) == before
    assert scalar(connection, "SELECT count(*) FROM house WHERE county = :county") == 200


def test_a_model_town_is_never_laid_over_real_houses(connection: Connection, laid: Loaded) -> None:
    one = "UPDATE house SET synthetic = false WHERE county = :c AND id = (SELECT min(id) FROM house WHERE county = :c)"
    connection.execute(text(one), {"c": COUNTY})
    for reset in (False, True):
        with pytest.raises(RealDataError):
            load(connection, ORDER, reset=reset)


def test_triggers_are_awake_after_a_load(connection: Connection, laid: Loaded) -> None:
    from sqlalchemy.exc import DBAPIError

    with pytest.raises(DBAPIError), connection.begin_nested():
        connection.execute(text("DELETE FROM ticket_event WHERE county = :c"), {"c": COUNTY})


def test_the_command_splits_the_houses_over_both_counties() -> None:
    assert command.split(20_000, None) == {"320581": 12_000, "330282": 8_000}
    assert command.split(7, "330282") == {"330282": 7}
    assert command.split(1, None) == {"320581": 1}


@pytest.mark.usefixtures("connection")
def test_the_command_prints_how_to_sign_in(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANJU_EVIDENCE", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "120")
    (laid,) = command.run(60, 5, COUNTY, now=NOW)
    told = capsys.readouterr().out
    assert command.PASSWORD in told
    assert "cx-inspector" in told
    assert laid.rows["house"] == 60
    token = sign_in("cx-inspector", command.PASSWORD, client="test", at=NOW).token
    assert token
