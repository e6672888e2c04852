"""What the database refuses, in the domain's words: a broken constraint's name becomes an error, in this one place."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import Error, InterfaceError, OperationalError
from psycopg.errors import IntegrityError
from sqlalchemy.exc import DBAPIError

from gis.errors import AnjuError


class BrokenLawError(AnjuError):
    """The record refuses this: {constraint}."""


class SecondPersonError(AnjuError):
    """Whoever rectified a hazard may not close it: a second person must."""


class NoSuchStepError(AnjuError):
    """The ticket cannot take this step from where it stands."""


class AlreadyRegisteredError(AnjuError):
    """Something is registered already: {constraint}."""


class OverlapError(AnjuError):
    """Two of these would be valid at the same time: {constraint}."""


class PermanentError(AnjuError):
    """An issued address code is never changed or deleted."""


class RetiredCodeError(AnjuError):
    """A retired address code comes back only when the deed that retired it is undone."""


class ClosedHouseError(AnjuError):
    """The house was split, merged or demolished: nothing new happens in it."""


class HistoryError(AnjuError):
    """History is never rewritten."""


class VillageFullError(AnjuError):
    """All 99999 house serials of this village are given."""


class DatabaseLostError(AnjuError):
    """The database went away in the middle: look whether it was kept, and do it again if not."""


GONE = ("08", "57P01", "57P02", "57P03", "57P05")
"""SQLSTATEs of a connection that ended or a server that goes down or comes up."""

BY_NAME: dict[str, type[AnjuError]] = {
    "ticket_second_person_check": SecondPersonError,
    "ticket_transition_known": NoSuchStepError,
    "ticket_lead_changes_by_event": NoSuchStepError,
    "address_code_is_permanent": PermanentError,
    "history_only_grows": HistoryError,
    "address_code_retires_once": RetiredCodeError,
    "code_serial_goes_up": PermanentError,
    "closed_house_rests": ClosedHouseError,
    "code_serial_range_check": VillageFullError,
    "appointment_one_open_idx": AlreadyRegisteredError,
}
BY_ENDING: tuple[tuple[str, type[AnjuError]], ...] = (
    ("_no_overlap_excl", OverlapError),
    ("_key", AlreadyRegisteredError),
)


def domain_error(constraint: str) -> AnjuError:
    """The error that a broken constraint stands for."""
    kind = BY_NAME.get(constraint)
    if kind is None:
        kind = next((found for ending, found in BY_ENDING if constraint.endswith(ending)), BrokenLawError)
    return kind(constraint=constraint)


@contextmanager
def answering() -> Iterator[None]:
    """Turn a lost connection inside the block into ``DatabaseLostError``; everything else passes through."""
    try:
        yield
    except (DBAPIError, Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if _is_gone(cause):
            raise DatabaseLostError() from error
        raise


def _is_gone(cause: BaseException | None) -> bool:
    if not isinstance(cause, OperationalError | InterfaceError):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith(GONE)


@contextmanager
def translated() -> Iterator[None]:
    """Turn a broken constraint inside the block into its domain error; everything else passes through."""
    try:
        yield
    except (DBAPIError, IntegrityError) as error:  # the second comes bare from a COPY
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, IntegrityError) and cause.diag.constraint_name:
            raise domain_error(cause.diag.constraint_name) from error
        raise
