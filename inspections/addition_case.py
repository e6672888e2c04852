"""What a person may decide of an addition that two surveys show: states, decisions, arrows."""

from enum import StrEnum

from gis.errors import AnjuError


class State(StrEnum):
    """Where a candidate stands."""

    OPEN = "open"
    VISIT_ASKED = "visit_asked"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class Decision(StrEnum):
    """What is decided of a candidate: looked at on the next visit, reported at once, nothing in it, taken back."""

    ASK = "ask"
    REPORT = "report"
    DISMISS = "dismiss"
    UNDO = "undo"


ARROWS: dict[tuple[State, Decision], State] = {
    (State.OPEN, Decision.ASK): State.VISIT_ASKED,
    (State.OPEN, Decision.REPORT): State.CONFIRMED,
    (State.OPEN, Decision.DISMISS): State.DISMISSED,
    (State.VISIT_ASKED, Decision.REPORT): State.CONFIRMED,
    (State.VISIT_ASKED, Decision.DISMISS): State.DISMISSED,
    (State.VISIT_ASKED, Decision.UNDO): State.OPEN,
    (State.DISMISSED, Decision.UNDO): State.OPEN,
}
"""open -> visit_asked | confirmed | dismissed; a report is not taken back here: its ticket has a life of its own."""


class AdditionOvertakenError(AnjuError):
    """A candidate that is {state} cannot take this decision ({decision}); look again, somebody may have been first."""


def after(state: State, decision: Decision) -> State:
    """Where a decision leads; raises ``AdditionOvertakenError``."""
    found = ARROWS.get((state, decision))
    if found is None:
        raise AdditionOvertakenError(state=state.value, decision=decision.value)
    return found


def decisions(state: State) -> tuple[Decision, ...]:
    """What may be decided of a candidate that stands there."""
    return tuple(decision for source, decision in ARROWS if source is state)


def hazard_of(in_planning_area: bool | None) -> str:
    """The hazard an unpermitted structure is: within a town's planning area, else in the village (IL02)."""
    return "IL01" if in_planning_area else "IL02"
