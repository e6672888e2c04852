"""What a decision about an address does to the record, and how it is put back."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from db import crypto, query
from db.bulk import point_hex
from db.imports import Held

Point = tuple[float, float]


def house_at(connection: Connection, *, county: str, address_id: int) -> query.Row | None:
    """The house in use at an address: id, village, text; None where there is none."""
    return query.row(connection, "case_house_at", county=county, address_id=address_id)


def state_of(connection: Connection, *, county: str, address_id: int) -> dict[str, Any]:
    """What a decision may change of an address and the point of its house."""
    told: dict[str, Any] = query.value(connection, "address_state", county=county, address_id=address_id)
    return told


def place(connection: Connection, *, county: str, address_id: int, point: Point, how: Mapping[str, Any]) -> None:
    """Give an address and its house a point (EPSG:4490); ``how``: level, score, uncertainty_m, source_crs, parts."""
    geom = point_hex(*point)
    told = {**how, "parts": json.dumps(how["parts"], ensure_ascii=False)}
    query.execute(connection, "address_place", county=county, address_id=address_id, geom=geom, **told)
    query.execute(connection, "address_put_house", county=county, address_id=address_id, geom=geom)


def put_back(connection: Connection, *, county: str, address_id: int, state: Mapping[str, Any]) -> None:
    """Put an address and the point of its house back as ``state_of`` told."""
    told = json.dumps(state, ensure_ascii=False)
    query.execute(connection, "address_put_state", county=county, address_id=address_id, state=told)
    query.execute(connection, "address_put_house", county=county, address_id=address_id, geom=state["house_geom"])


# --- rows that were held back --------------------------------------------------------------------------------


def row_of(connection: Connection, *, county: str, quarantine_id: int) -> tuple[int, str, Held]:
    """A refused row, locked and in clear: its batch, its state, the row."""
    found = query.rows(connection, "row_of_case", county=county, quarantine_id=quarantine_id)[0]
    raw = json.loads(crypto.unseal(found["raw_enc"]))
    return found["batch_id"], found["state"], Held(found["row_no"], found["problems"], raw)


def settle_row(connection: Connection, *, county: str, quarantine_id: int) -> None:
    """Note that a refused row was taken in."""
    query.execute(connection, "row_settle", county=county, quarantine_id=quarantine_id)


def reopen_row(connection: Connection, *, county: str, quarantine_id: int) -> None:
    """Put a refused row back among the open ones."""
    query.execute(connection, "row_reopen", county=county, quarantine_id=quarantine_id)


def house_state(connection: Connection, *, county: str, address_id: int) -> dict[str, Any] | None:
    """All that a row may change of a house and its address, locked; None where no house stands there."""
    found = query.row(connection, "row_state", county=county, address_id=address_id)
    return None if found is None else dict(found)


def house_put_back(connection: Connection, *, county: str, state: Mapping[str, Any]) -> None:
    """Put a house and its address back as ``house_state`` told."""
    house, address = (json.dumps(state[name], ensure_ascii=False) for name in ("house", "address"))
    query.execute(connection, "row_put_house", county=county, house_id=state["house_id"], state=house)
    query.execute(connection, "row_put_address", county=county, address_id=state["address_id"], state=address)


def untouched(connection: Connection, *, county: str, house_id: int) -> bool:
    """Whether neither visit nor ticket nor route knows a house."""
    return bool(query.value(connection, "row_untouched", county=county, house_id=house_id))


def registered(connection: Connection, *, county: str, source_key: str | None) -> int | None:
    """The address of the house that a register's key names, None where none is named so."""
    found: int | None = query.value(connection, "row_registered", county=county, source_key=source_key)
    return found


def row_ids(connection: Connection, *, county: str, batch_id: int) -> dict[int, int]:
    """The ids of a batch's refused rows, by row number."""
    return {row["row_no"]: row["id"] for row in query.rows(connection, "row_ids", county=county, batch_id=batch_id)}


def note_quality(connection: Connection, *, county: str, on: date, levels: Mapping[str, int], held: int) -> None:
    """Write a past day's figures of a model town, each town its share by the houses it has now."""
    query.execute(connection, "quality_forget", county=county, on=on)
    query.execute(connection, "quality_model", county=county, on=on, held=held, levels=json.dumps(levels))
