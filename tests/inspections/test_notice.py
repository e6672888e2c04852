"""Who is told what."""

from inspections.notice import NOTICES, URGENT, To
from inspections.ticket import BY_ITSELF, IMPORTED, TRANSITIONS


def test_a_reopened_case_reaches_the_last_handler_and_the_centre() -> None:
    assert {To.HANDLER, To.CENTRE} <= set(NOTICES[next(event for event in NOTICES if event.value == "reopen")])


def test_every_event_that_puts_a_case_on_another_desk_is_told_to_that_desk() -> None:
    moved = {"dispatch": To.LEAD, "rule": To.LEAD, "pass_on": To.NEXT, "bounce": To.CENTRE, "submit": To.CENTRE}
    for event, to in NOTICES.items():
        assert moved.get(event.value, to[0]) in to


def test_only_what_somebody_does_is_told() -> None:
    known = {arrow.event for arrow in TRANSITIONS}
    assert set(NOTICES) - known == {arrow.event for arrow in BY_ITSELF}
    assert not set(NOTICES) & {arrow.event for arrow in IMPORTED}
    assert set(NOTICES) >= URGENT
