"""The history of a ticket as its chain holds it."""

from sqlalchemy import Connection

from db import query
from db.query import Row


def events(connection: Connection, county: str, ticket_id: int) -> list[Row]:
    """The chained values (``inspections.chain.FIELDS``, all texts), ``hash`` in hex, actor_name, actor_department."""
    return query.rows(connection, "chain_events", county=county, ticket_id=ticket_id)
