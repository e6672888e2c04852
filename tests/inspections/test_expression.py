"""The small language of triggers: three-valued, and nothing outside it gets in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.expression import ExpressionError, parse

THREE = st.sampled_from([True, False, None])


@pytest.mark.parametrize(
    ("text", "env", "value"),
    [
        ("a > 2", {"a": 3}, True),
        ("a > 2", {}, None),
        ("a > 0 and b / a < 4", {"a": 0, "b": 1}, False),
        ("b / a < 4", {"a": 0, "b": 1}, None),
        ("1 < a <= 3", {"a": 3}, True),
        ("1 < a <= 3", {"a": 4}, False),
        ("kind in ('x', 'y')", {"kind": "y"}, True),
        ("kind not in ('x', 'y')", {"kind": "y"}, False),
        ("-a * 2 + 1", {"a": 3}, -5),
        ("a if b else c", {"a": 1, "b": False, "c": 2}, 2),
        ("a if b else c", {"a": 1, "c": 2}, None),
        ("not a", {"a": False}, True),
    ],
)
def test_values(text, env, value):
    assert parse(text).value(env) == value


@given(THREE, THREE)
def test_and_or_and_not_are_kleenes(a, b):
    env = {"a": a, "b": b}
    both = False if False in (a, b) else None if None in (a, b) else True
    either = True if True in (a, b) else None if None in (a, b) else False
    assert parse("a and b").value(env) is both
    assert parse("a or b").value(env) is either
    assert parse("not (a and b)").value(env) is parse("not a or not b").value(env)


@pytest.mark.parametrize(
    "text",
    [
        "", "a >", "a.b", "a[0]", "f(a)", "lambda: a", "[a for a in b]", "a ** 9", "a // 2", "a | b", "f'{a}'",
        "a := 1", "a is None", "None", "b'x'", "1j", "{1: 2}", "import os", "a" * 501, "\x00", "(1, 2)", "a in (b, 1)",
    ],
)  # fmt: skip
def test_anything_outside_the_language_is_refused(text):
    with pytest.raises(ExpressionError):
        parse(text)


def test_unlike_things_are_not_compared_in_silence():
    with pytest.raises(ExpressionError):
        parse("a < b").value({"a": 1, "b": "two"})
