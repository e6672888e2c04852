"""Whether a condition over facts can hold at all: values are tried where its truth can change, until one does it.

The facts of a rule are few and their values lie on a line or in a list, so the ends of every range, the numbers written
in the rule and their neighbours are enough to tell a condition that can hold from one that cannot.
"""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence

from inspections.expression import Env, Expression, Value
from inspections.facts import FACTS, Fact

_TRIED = 20_000


def can_be(expression: Expression, truth: bool, facts: Mapping[str, Fact]) -> bool:
    """Whether an expression over ``facts`` can have that truth."""
    return witness([(expression, truth)], {}, facts=facts) is not None


def witness(
    wanted: Sequence[tuple[Expression, bool]], limits: Mapping[str, float], *, facts: Mapping[str, Fact] = FACTS
) -> Env | None:
    """Facts under which every expression has the truth wanted of it, None if none were found.

    ``limits`` are the thresholds by name, ``facts`` say what values each name may have.
    """
    names = sorted(frozenset().union(*(one.names for one, _ in wanted)) - limits.keys())
    near = sorted({*limits.values(), *(n for one, _ in wanted for n in one.numbers())})
    values = [_values(facts[name], near) for name in names]
    for tried in _combinations(values):
        env = {**dict(zip(names, tried, strict=True)), **limits}
        if all(one.value(env) is truth for one, truth in wanted):
            return env
    return None


def _values(fact: Fact, near: Sequence[float]) -> list[Value]:
    if fact.kind == "bool":
        return [True, False]
    if fact.kind == "enum":
        return list(fact.values)
    step = 1 if fact.kind == "int" else 0.5
    marks = {fact.low, fact.high, 1.0, *(n + d for n in near for d in (-step, 0, step))}
    inside = sorted(n for n in marks if fact.low <= n <= fact.high)
    return [int(n) for n in inside] if fact.kind == "int" else list(inside)


def _combinations(values: Sequence[Sequence[Value]]) -> Iterator[tuple[Value, ...]]:
    size = 1
    for one in values:
        size *= len(one)
    if size <= _TRIED:
        yield from itertools.product(*values)
        return
    dice = random.Random(0)  # noqa: S311 - the same tries every time, no secret
    for _ in range(_TRIED):
        yield tuple(dice.choice(one) for one in values)
