"""What a person does with messages: reads them."""

from collections.abc import Sequence
from datetime import datetime

from db import message
from db.engine import transaction
from db.message import Reader
from inspections.access import Actor, AreaKind, Role
from inspections.routing import CENTRE


def reader(actor: Actor) -> Reader:
    """Whose messages a person is shown: those to their desk, to themselves, and to the centre if they are of it.

    The centre has a desk besides, for what no other department is named for.
    """
    granted = [grant.area_code for grant in actor.grants if grant.area_kind is AreaKind.DEPARTMENT]
    own = [actor.department] if actor.department and Role.DEPARTMENT in actor.roles else []
    centre = [CENTRE] if Role.CENTRE in actor.roles else []
    return Reader(actor.county, actor.account_id, tuple(dict.fromkeys(own + granted + centre)), bool(centre))


def read(actor: Actor, *, at: datetime, ids: Sequence[int] | None = None) -> int:
    """Note these messages of a person's own as read, or all; how many were new. Others' are left alone."""
    with transaction() as connection:
        return message.read(connection, reader(actor), now=at, ids=ids)
