"""A town in which every text that a person or a register may write is an attack."""

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from actions import footprints, workbench
from actions.code_undo import undo_change
from actions.codes import move_houses, renumber_house
from actions.deed import now
from actions.imports import ImportOptions, import_houses
from actions.plans import make_plan
from actions.tickets import report, take_step
from actions.visits import submit_visit
from db import footprint
from db import workbench as cases
from db.engine import bound_to, transaction
from db.party import Person
from db.register import NewHouse, add
from db.workbench import NewCase, Offer, Reason
from inspections.addition_case import Decision
from inspections.ticket import Event
from inspections.visit import Outcome
from tests import outlines
from tests.actions.story import WAYS, Walk, drafted
from tests.browser import Site
from tests.world import COUNTY, OTHER_VILLAGE, VILLAGE, World

PAYLOAD = (
    "<img src=x onerror=window.pwned=1>`${window.pwned=1}`{{7*7}}</script><script>window.pwned=1</script>"
    "![i](http://elsewhere.example/i.png) [l](javascript:window.pwned=1) :red[r] $x$ **b** # h"
    "\" onmouseover='window.pwned=1' autofocus onfocus=\"window.pwned=1 "
)
"""Breaks out of HTML, attributes, template literals, Jinja, and asks another host through Markdown."""

FILLED = {
    "account": ("name",), "address": ("text", "parts", "match_key"), "address_alias": ("value",),
    "county": ("name", "name_en"),
    "department": ("name", "name_en"), "division": ("name", "source"), "finding": ("words_zh", "words_en", "basis"),
    "grid": ("name",), "house": ("extra", "source_key"), "import_batch": ("file_name", "mapping"),
    "party": ("name_mask", "phone_mask", "id_no_mask"), "quarantine": ("problems",), "room": ("label",),
    "plan_batch": ("detail",), "street_load": ("file_name",),
    "routing_rule": ("source",), "stop": ("skip_reason",), "suite": ("label",), "sign_in_attempt": ("login", "client"),
    "ticket": ("last_reason", "last_clause", "place", "street"), "ticket_event": ("reason", "clause"),
    "visit": ("note",),
    "deed": ("detail",), "standard_address": ("text", "source", "source_key"),
    "division_change": ("new_name", "old_name", "source"),
    "code_event": ("after", "before", "reason", "undone_reason"), "address_case": ("text", "detail", "candidates"),
    "address_decision": ("before", "after"), "address_name_alias": ("written", "means"),
    "zone": ("name", "source"), "reinspection": ("note",), "repeat_report": ("words",),
    "footprint_survey": ("name", "file_name"), "footprint_candidate": ("reason",), "footprint_decision": ("reason",),
    "holiday_year": ("source",), "rating": ("note",), "channel": ("name", "shown"), "outgoing": ("error",),
}  # fmt: skip
"""Columns that hold what somebody wrote, all of them filled with ``PAYLOAD`` here."""

CODES = {
    "account": ("department", "language", "login", "password_hash"), "code_serial": ("village",),
    "address": ("code", "level", "match_level", "source", "source_crs", "status"), "address_alias": ("scheme",),
    "code_event": ("kind",),
    "address_lineage": ("kind",), "house_village": ("code_system", "village"),
    "county": ("projected_crs", "settings"), "deed": ("name", "object_id", "object_kind"), "department": ("code",),
    "division": ("code", "code_system", "level", "parent", "urban_class", "version"), "duty": ("kind",),
    "division_change": ("code_system", "kind", "new_code", "old_code"),
    "evidence": ("fact", "kind", "mime", "sha256"),
    "finding": ("basis_en", "certainty", "lead", "routed_by", "rule_code", "terms"),
    "grid": ("code", "kind", "village"), "import_batch": ("crs", "kind", "sha256", "state"),
    "standard_address": ("source_crs", "village"),
    "house": (
        "code_system", "colour", "kind", "let_status", "next_try", "reasons", "status", "structure", "town",
        "use_actual",
        "use_registered", "village",
    ),
    "party": ("id_type", "kind"),
    "leave": ("kind",), "skill": ("skill",), "work_shift": ("travel_mode", "weekdays"), "appointment": ("state",),
    "plan": ("state", "travel_mode", "travel_source", "unserved"),
    "quarantine": ("state",),
    "role_grant": ("area_code", "area_kind", "role"), "room": ("kind",), "stop": ("reason", "state"),
    "routing_rule": ("cc", "co", "condition", "hazard", "house_kind", "lead", "town", "zone"),
    "zone": ("code",), "reinspection_draw": ("seed",), "repeat_report": ("hazard",),
    "holiday_year": ("holidays", "workdays"), "rating": ("hazard", "spread"),
    "ticket_department": ("department", "part"),
    "ticket": (
        "hazard", "last_detail", "last_event", "lead", "next_lead", "number", "source", "state", "town", "village",
    ),
    "ticket_event": ("detail", "event", "from_lead", "from_state", "passed_by", "passed_to", "to_lead", "to_state"),
    "notice_rule": ("event", "recipient"), "message": ("department", "recipient"),
    "channel": ("department", "kind", "lang", "owner"), "outgoing": ("state",),
    "ticket_usual": ("hazard",), "house_cell": ("colour", "let_status"),
    "house_cell_note": ("colour", "let_status"), "kpi_unit": ("town", "lead"), "kpi_cell": ("kind", "grain", "key"),
    "ticket_transition": ("event", "from_state", "to_state"),
    "visit": ("facts", "next_try", "outcome", "result", "room_facts", "state"),
    "address_case": ("kind", "source", "state", "town", "village"), "address_decision": ("kind",),
    "street_load": ("passed_over", "sha256"), "street": ("kind",), "footprint_survey": ("crs", "sha256"),
    "footprint_candidate": ("certainty", "kind", "state", "village"), "footprint_decision": ("from_state", "to_state"),
    "address_name_alias": ("kind", "within"), "address_quality": ("level", "source", "town"),
}  # fmt: skip
"""Columns whose values the product itself chooses from lists, or makes: codes, keys, states, hashes."""


def fill(site: Site, folder: Path) -> None:
    """Let people and registers write the payload wherever they can, then write it where only the record could."""
    with site.engine.begin() as connection, bound_to(connection):
        _houses(connection)
        _register(site.world, folder)
        _cases(site.world)
        _codes(connection, site.world)
        make_plan(actor=site.world.actors["centre"], on=now().date(), at=now(), seconds=0.1)
        _rows_beside(connection)
        _outlines(site.world)
        _workbench(connection, site.world)
        _by_force(connection)


def _houses(connection: Connection) -> None:
    owner = Person(PAYLOAD, "13912345678", None, None, "person")
    add(connection, county=COUNTY, houses=[
        NewHouse(village=VILLAGE, address=f"{n}{PAYLOAD}", lon=120.9021 + n / 1e4, lat=31.7052, owner=owner,
                 manager=owner, source_key=f"{n}{PAYLOAD}", doorplate=f"{n}{PAYLOAD}", extra={PAYLOAD: PAYLOAD},
                 parts={"road": PAYLOAD, "door": PAYLOAD}, let_status="let", synthetic=True)
        for n in range(3)
    ])  # fmt: skip


def hostile_register(folder: Path) -> Path:
    """A register with attacks in headers, cells and its own name; one row can be placed."""
    path = folder / f"{PAYLOAD.replace('/', '')[:180]}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["房屋编号", "所属村", "地址", "经度", "纬度", "电话", "楼层数", PAYLOAD])
        for n, lon in enumerate(("120.9061", "120.9062", PAYLOAD)):
            phone = "13912345678" if n == 0 else PAYLOAD
            writer.writerow([f"H{n}", "聚沙村", f"聚沙村{n}号{PAYLOAD}"[:300], lon, "31.7061", phone, PAYLOAD, PAYLOAD])
    return path


def _register(world: World, folder: Path) -> None:
    path = hostile_register(folder)
    import_houses(path, options=ImportOptions(crs="EPSG:4490"), actor=world.actors["centre"], at=now())


def _cases(world: World) -> None:
    """A ticket in every state a desk shows, each reason and clause an attack."""
    at = now() - timedelta(hours=5)
    said = {"reason": PAYLOAD, "clause": PAYLOAD, "until": now() + timedelta(days=40)}
    for house, way in ((2, "RETURNED"), (6, "RULING"), (4, "EXTENSION_REQ"), (3, "RECHECK")):
        centre = world.actors["centre"]
        key = report(world.houses[house], "FI06", words=PAYLOAD, actor=centre, at=at)["id"]
        for event, given in ((Event.VERIFY, {}), (Event.FILE, {}), (Event.DISPATCH, {"department": "fire"})):
            take_step(key, event, actor=centre, at=at, **given)
        walk = Walk(world, key, at)
        for who, event, given in WAYS[way]:
            told = given() if callable(given) else given
            walk(who, event, **{name: said.get(name, value) for name, value in told.items()})
    visit = drafted(world, world.actors["inspector"], 1, at, persons=3, ebike_inside=True)
    submit_visit(visit, outcome=Outcome.GRANTED, actor=world.actors["inspector"], at=at + timedelta(minutes=9))
    drafted(world, world.actors["inspector"], 2, now())


def _outlines(world: World) -> None:
    """Two surveys of hostile names; one addition dismissed with an attack, one asked of the next visit."""
    centre = world.actors["centre"]
    names = (PAYLOAD, f"{PAYLOAD}!")
    for name, shapes, digest in zip(names, (outlines.earlier(), outlines.later()), ("a", "b"), strict=True):
        footprints.load_survey(outlines.frame(shapes), name=name, on=now().date(), file=(PAYLOAD, digest * 64),
                               crs="EPSG:4490", actor=centre, at=now())  # fmt: skip
    row = footprints.compare_surveys(names[0].strip(), names[1], actor=centre, at=now()).row
    with transaction() as connection:
        keys = [int(key) for key in footprint.candidates(connection, COUNTY, row["id"])["id"]]
    footprints.decide(keys[0], Decision.DISMISS, actor=centre, at=now(), reason=PAYLOAD)
    footprints.decide(keys[1], Decision.ASK, actor=centre, at=now())


def _codes(connection: Connection, world: World) -> None:
    """A house of hostile words is moved, renumbered and put back again, every reason an attack."""
    centre = world.actors["centre"]
    sql = "SELECT h.id FROM house h JOIN address a ON a.id = h.address_id WHERE a.text LIKE :p ORDER BY h.id LIMIT 1"
    key = connection.execute(text(sql), {"p": "%onerror%"}).scalar_one()
    move_houses([key], OTHER_VILLAGE, actor=centre, at=now(), reason=PAYLOAD)
    done = renumber_house(key, PAYLOAD, doorplate=PAYLOAD, actor=centre, at=now(), reason=PAYLOAD)
    undo_change(done.event_id or 0, actor=centre, at=now(), reason=PAYLOAD)


def _workbench(connection: Connection, world: World) -> None:
    """Cases of every kind whose texts, reasons and candidates attack; one dismissed, one name learnt."""
    reasons = [Reason("workbench.reason.village_unknown", {"written": PAYLOAD, "nearest": PAYLOAD})]
    row = connection.execute(text("SELECT max(id) FROM quarantine")).scalar_one()
    keys = connection.execute(text("SELECT address_id FROM house ORDER BY id LIMIT 6")).scalars().all()
    place: dict[str, Any] = {"lon": 120.903, "lat": 31.706, "level": "door", "uncertainty_m": 30.0}
    offers = [Offer(f"{PAYLOAD}{n}", address_id=key, reasons=reasons, **place) for n, key in enumerate(keys[:3])]
    subjects: list[dict[str, Any]] = [*({"address_id": key} for key in keys), {"quarantine_id": row}]
    kinds = ("contradictory", "far", "duplicate", "ambiguous", "unmatched", "far", "unmatched")
    cases.open_cases(connection, county=COUNTY, cases=[
        NewCase(kind, f"{n}{PAYLOAD}", village=VILLAGE, reasons=reasons, candidates=offers, detail={PAYLOAD: PAYLOAD},
                lon=120.904, lat=31.707, **subject)
        for n, (kind, subject) in enumerate(zip(kinds, subjects, strict=True))
    ])  # fmt: skip
    waiting = cases.queue(connection, county=COUNTY, areas=[COUNTY], kind="far")
    centre = world.actors["centre"]
    workbench.dismiss(waiting[0]["id"], PAYLOAD, actor=centre, at=now())
    decision = cases.decisions(connection, county=COUNTY, areas=[COUNTY])[0]
    given = {"c": COUNTY, "p": PAYLOAD, "q": f"{PAYLOAD}!", "id": decision["id"]}
    connection.execute(
        text("INSERT INTO address_name_alias (county, written, kind, means) VALUES (:c, :p, 'road', :q)"), given
    )
    connection.execute(
        text("UPDATE address_decision SET before = jsonb_build_object('codes', CAST(:p AS text)) WHERE id = :id"), given
    )


def _by_force(connection: Connection) -> None:
    """Every column of ``FILLED`` that is not history, whatever path may lead there one day."""
    for table, columns in FILLED.items():
        if table in {"ticket_event", "deed", "code_event"}:
            continue
        for column in columns:
            _force(connection, table, column)
    connection.execute(text("UPDATE stop SET state = 'skipped', skip_reason = :p WHERE seq = 2"), {"p": PAYLOAD})


SHAPED = {
    ("address", "parts"): "jsonb_build_object('road', CAST(:p AS text), 'door', CAST(:p AS text))",
    ("house", "extra"): "jsonb_build_object(CAST(:p AS text), CAST(:p AS text))",
    ("plan_batch", "detail"): (
        "detail || jsonb_build_object('shares', jsonb_build_array(jsonb_build_object('account_id', 1, 'uneven', true,"
        " 'name', CAST(:p AS text), 'of_mean_minutes', 2, 'of_mean_danger', 2, 'minutes', 9, 'danger_m', 9)))"
    ),
}
LEFT_AS_MADE = {
    ("address_case", "text"), ("address_case", "detail"), ("address_case", "candidates"),
    ("address_decision", "before"), ("address_decision", "after"), ("address_name_alias", "written"),
    ("address_name_alias", "means"),
    ("address_alias", "value"), ("house", "source_key"),
    ("import_batch", "mapping"), ("quarantine", "problems"), ("stop", "skip_reason"), ("sign_in_attempt", "login"),
    ("sign_in_attempt", "client"), ("division_change", "source"), ("routing_rule", "source"), ("deed", "detail"),
    ("division_change", "old_name"), ("division_change", "new_name"), ("zone", "name"), ("zone", "source"),
    ("footprint_survey", "name"), ("footprint_survey", "file_name"), ("footprint_candidate", "reason"),
    ("footprint_decision", "reason"),
    ("reinspection", "note"), ("repeat_report", "words"), ("holiday_year", "source"),
    ("rating", "note"), ("channel", "name"), ("channel", "shown"), ("outgoing", "error"),
}  # fmt: skip
"""Already there through the product's own deeds, or written below with the row they need."""


def _force(connection: Connection, table: str, column: str) -> None:
    if (table, column) in LEFT_AS_MADE:
        return
    value = SHAPED.get((table, column), ":p")
    connection.execute(text(f"UPDATE {table} SET {column} = {value}"), {"p": PAYLOAD})


def _rows_beside(connection: Connection) -> None:
    """Rows of tables that nothing else here fills."""
    given: dict[str, Any] = {"p": PAYLOAD, "c": COUNTY}
    for statement in (
        "INSERT INTO sign_in_attempt (login, client, succeeded) VALUES (:p, :p, false)",
        "INSERT INTO standard_address (county, source, source_key, text, geom, source_crs, batch_id)"
        " SELECT :c, :p, :p, :p, ST_SetSRID(ST_MakePoint(120.9, 31.7), 4490), 'EPSG:4490', min(id) FROM import_batch",
        "INSERT INTO division_change (county, old_code, new_code, old_name, new_name, changed_on, kind, source)"
        " VALUES (:c, '320581101', '320581102', :p, :p, CURRENT_DATE, 'rename', :p)",
        "INSERT INTO street_load (county, file_name, sha256, ways, streets, metres) VALUES (:c, :p, '0', 0, 0, 0)",
        "INSERT INTO routing_rule (county, priority, hazard, lead, source) VALUES (:c, 900, 'FI99', 'fire', :p)",
        "INSERT INTO reinspection_draw (county, from_at, to_at, drawn_at, account_id, seed, closures)"
        " SELECT :c, now() - interval '7 days', now(), now(), min(id), repeat('0', 64), 1 FROM account",
        "INSERT INTO reinspection (county, draw_id, ticket_id, seq, due_at, held, note, account_id, done_at)"
        " SELECT :c, d.id, t.id, 1, now(), false, :p, d.account_id, now() FROM reinspection_draw d, ticket t",
        "INSERT INTO repeat_report (county, ticket_id, house_id, hazard, words, account_id, at)"
        " SELECT :c, t.id, t.house_id, 'FI06', :p, a.id, now() FROM ticket t, (SELECT min(id) AS id FROM account) a",
        "INSERT INTO holiday_year (county, year, source, holidays, workdays, entered_at)"
        " VALUES (:c, 2027, :p, ARRAY[date '2027-01-01'], '{}', now())",
        "INSERT INTO rating (county, ticket_id, account_id, at, hazard, likelihood, spread, exposed, note)"
        " SELECT :c, t.id, a.id, now(), t.hazard, 100, ARRAY[1, 1, 1, 97], 3, :p FROM ticket t, account a"
        " WHERE a.login IN ('centre', 'fire', 'inspector')",
        "INSERT INTO channel (county, name, kind, address, shown, owner, wakes, lang, made_at)"
        " VALUES (:c, :p, 'webhook', '0', :p, 'centre', true, 'zh', now())",
        "INSERT INTO outgoing (county, channel_id, message_id, at, state, error, changed_at)"
        " SELECT :c, c.id, m.id, now(), 'dead', :p, now() FROM channel c, (SELECT min(id) AS id FROM message) m",
        "INSERT INTO zone (county, code, name, source, geom) VALUES (:c, 'Z1', :p, :p,"
        " ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(120.9, 31.7), 4490), 0.001)))",
    ):
        connection.execute(text(statement), given)
