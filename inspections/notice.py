"""Whom an event of a ticket is told: the desk that has to act, the one that acted last, the centre.

The record writes these messages itself, in the transaction of the step (migration 0026); a test holds the two tables
together.
"""

from enum import StrEnum

from inspections.ticket import Event


class To(StrEnum):
    """Who a message goes to, seen from the event."""

    LEAD = "lead"
    OLD_LEAD = "old_lead"
    NEXT = "next"
    ASKED = "asked"
    NAMED = "named"
    HANDLER = "handler"
    CENTRE = "centre"


E = Event

NOTICES: dict[Event, tuple[To, ...]] = {
    E.DISPATCH: (To.LEAD,),
    E.PASS_ON: (To.NEXT,),
    E.SIGN: (To.OLD_LEAD,),
    E.WITHDRAW: (To.ASKED,),
    E.BOUNCE: (To.CENTRE, To.LEAD),
    E.RULE: (To.LEAD, To.OLD_LEAD),
    E.SUBMIT: (To.CENTRE,),
    E.CLOSE: (To.LEAD,),
    E.REWORK: (To.LEAD, To.HANDLER),
    E.REQUEST_EXTENSION: (To.CENTRE,),
    E.GRANT: (To.LEAD,),
    E.DENY: (To.LEAD,),
    E.SUSPEND: (To.LEAD,),
    E.RESUME: (To.LEAD,),
    E.REFER: (To.LEAD,),
    E.URGE: (To.LEAD,),
    E.ESCALATE: (To.LEAD, To.CENTRE),
    E.COPY: (To.NAMED,),
    E.RECOUNT: (To.LEAD,),
    E.REOPEN: (To.LEAD, To.HANDLER, To.CENTRE),
    E.VOID: (To.LEAD,),
}
"""Every event that is told to somebody. ``handler`` is the person whose work was looked at; ``asked`` the desk that was
to sign; ``named`` the one a copy went to. Whoever did it is not told that they did."""

URGENT = frozenset({E.BOUNCE, E.REWORK, E.URGE, E.ESCALATE, E.REOPEN})
"""Events that stand out in the list."""
