"""The evidence of a real case: exported whole, chained as Python chains it, without anybody's number."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from actions.evidence_pack import export_evidence
from db import chain, signing
from exchange.evidence_pack import EVENTS, fingerprint, verify
from inspections.access import RefusedError
from inspections.chain import first_break
from inspections.ticket import Event, State
from tests.actions.story import WAYS, Walk, column, dispatched
from tests.world import COUNTY, NOW, World

ODD_WORDS = ["普通", "“引号” | 7:x - \u2028", "emoji 🙂 字", "tab\tnew\nline", "\\back", "'quote'", "0:"]
LATER = NOW + timedelta(days=1)


def _number(connection: Connection, key: int) -> str:
    return str(column(connection, "SELECT number FROM ticket WHERE id = :t", t=key)[0])


@pytest.mark.parametrize("state", list(WAYS))
def test_every_history_is_chained_as_python_chains_it(connection: Connection, world: World, state: State) -> None:
    key = dispatched(world)
    Walk(world, key).to(state)
    events = chain.events(connection, COUNTY, key)
    assert len(events) >= 4
    assert first_break(events) is None


@pytest.mark.parametrize("words", ODD_WORDS)
def test_words_of_any_kind_are_chained_alike_in_both(connection: Connection, world: World, words: str) -> None:
    key = dispatched(world)
    walk = Walk(world, key)
    walk("fire", Event.ACCEPT)
    walk("fire", Event.PASS_ON, department="housing", reason=words, clause=words)
    assert first_break(chain.events(connection, COUNTY, key)) is None


def test_a_row_changed_behind_the_record_s_back_breaks_its_chain(connection: Connection, world: World) -> None:
    key = dispatched(world)
    connection.execute(text("ALTER TABLE ticket_event DISABLE TRIGGER ticket_event_only_grows"))
    connection.execute(
        text("UPDATE ticket_event SET reason = 'x' WHERE ticket_id = :t AND event = 'verify'"), {"t": key}
    )
    assert first_break(chain.events(connection, COUNTY, key)) == 1


def test_a_history_of_before_the_chain_is_chained_by_the_migration(connection: Connection, world: World) -> None:
    """The block of the migration that chains what was there already, run on a history whose hashes were taken away."""
    from db.migrate import HERE

    keys = [dispatched(world, house) for house in (1, 2)]
    connection.execute(text("ALTER TABLE ticket_event DISABLE TRIGGER ticket_event_only_grows"))
    connection.execute(text("ALTER TABLE ticket_event ALTER COLUMN hash DROP NOT NULL"))
    connection.execute(text("UPDATE ticket_event SET hash = NULL"))
    block = (HERE / "sql" / "0017_chain.sql").read_text(encoding="utf-8")
    block = block[block.index("DO $$") : block.index("END $$;") + len("END $$;")]
    connection.exec_driver_sql(block.replace("%", "%%"))
    assert [first_break(chain.events(connection, COUNTY, key)) for key in keys] == [None, None]


def test_a_case_is_exported_whole_with_its_photos_and_the_law_of_its_day(connection: Connection, world: World) -> None:
    key = dispatched(world)
    Walk(world, key).to(State.CLOSED)
    content = export_evidence(_number(connection, key), actor=world.actors["centre"], at=LATER)
    told = verify(content, key=fingerprint(signing.public_key()))
    assert told.problems == []
    assert (told.events, told.photos) == (8, 2)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        rule = json.loads(archive.read(f"rules/FI06_{NOW.date()}.json"))
        assert rule["basis_zh"].startswith("苏州市出租房屋居住安全管理条例")
        assert archive.read("case.pdf").startswith(b"%PDF")


def test_numbers_of_people_leave_the_house_masked_and_the_pack_says_so(connection: Connection, world: World) -> None:
    key = dispatched(world)
    walk = Walk(world, key)
    walk("fire", Event.ACCEPT)
    reason = "房东电话 13812345678，身份证 11010519491231002X"
    walk("fire", Event.PASS_ON, department="housing", reason=reason, clause="第七条")
    content = export_evidence(_number(connection, key), actor=world.actors["centre"], at=LATER)
    told = verify(content)
    assert (told.whole, told.masked) == (True, 1)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist() if not name.startswith("photos/"))
        assert b"13812345678" not in everything
        assert b"11010519491231002X" not in everything
        assert "138****5678" in archive.read(EVENTS).decode()


def test_who_may_not_see_the_case_gets_no_pack_of_it(connection: Connection, world: World) -> None:
    key = dispatched(world)
    number = _number(connection, key)
    for who in ("inspector", "housing"):
        with pytest.raises(RefusedError):
            export_evidence(number, actor=world.actors[who], at=LATER)
    assert column(connection, "SELECT count(*) FROM deed WHERE name = 'evidence.export'") == [0]
    export_evidence(number, actor=world.actors["fire"], at=LATER)
    assert column(connection, "SELECT object_id FROM deed WHERE name = 'evidence.export'") == [number]
