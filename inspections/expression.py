"""The small language of rule triggers: names, numbers, words, comparisons, arithmetic, and / or / not / in.

Logic is Kleene's three-valued one: a fact that was not measured is ``None``, and ``None`` neither raises a
hazard nor clears it unless the rest decides alone (``False and None`` is ``False``).
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gis.errors import AnjuError

Value = bool | int | float | str | None
Env = Mapping[str, Value]
Run = Callable[[Env], Value]


class ExpressionError(AnjuError):
    """The expression "{text}" is not allowed: {problem}."""


_MAX_CHARS = 500

_COMPARE: dict[type[ast.cmpop], Callable[..., bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_ARITHMETIC: dict[type[ast.operator], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_ALLOWED = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.Compare, ast.BinOp,
    ast.Name, ast.Load, ast.Constant, ast.Tuple, ast.IfExp, *_COMPARE, *_ARITHMETIC,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression; ``names`` are the facts and thresholds it reads."""

    text: str
    names: frozenset[str]
    tree: ast.expr = field(repr=False, compare=False)
    run: Run = field(repr=False, compare=False)

    def value(self, env: Env) -> Value:
        """The value over ``env``; None where a fact it depends on is missing or a division is by zero."""
        return self.run(env)

    def asks(self, env: Env) -> list[str]:
        """The unknown names to ask next, the leftmost that keeps the value open; empty once the value is known.

        What an answer already given has decided is never asked: in ``a and b`` nobody asks ``b`` while ``a`` is
        unknown, or once it is False.
        """
        return list(dict.fromkeys(_asks(self.tree, env)))

    def numbers(self) -> list[float]:
        """Every plain number written in it."""
        return [
            node.value
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and type(node.value) is not bool
        ]

    def constants_against(self) -> list[tuple[str, str]]:
        """Pairs (name, word) wherever a name is compared with a word, for checking against an enum."""
        return [
            (node.left.id, word)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name)
            for right in node.comparators
            for word in _words(right)
        ]


def parse(text: str) -> Expression:
    """Read and check an expression; raises ``ExpressionError`` for anything outside the small language."""
    if len(text) > _MAX_CHARS:
        raise ExpressionError(text=text[:40] + "...", problem=f"longer than {_MAX_CHARS} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError) as error:
        raise ExpressionError(text=text, problem="not readable") from error
    for node in ast.walk(tree):
        _check(node, text)
    names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return Expression(text=text.strip(), names=names, tree=tree.body, run=_compile(tree.body))


def _check(node: ast.AST, text: str) -> None:
    if not isinstance(node, _ALLOWED):
        raise ExpressionError(text=text, problem=f"{type(node).__name__} may not be used")
    if isinstance(node, ast.Constant) and not isinstance(node.value, bool | int | float | str):
        raise ExpressionError(text=text, problem=f"{node.value!r} may not be used")


def _words(node: ast.expr) -> list[str]:
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def _asks(node: ast.expr, env: Env) -> list[str]:
    if not isinstance(node, ast.Tuple) and _compile(node)(env) is not None:
        return []
    match node:
        case ast.Name(id=name):
            return [name]
        case ast.BoolOp(values=parts):
            return next((names for part in parts if (names := _asks(part, env))), [])
        case ast.UnaryOp(operand=operand):
            return _asks(operand, env)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _asks(test, env) or _asks(body if _compile(test)(env) else orelse, env)
    return [name for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr) for name in _asks(child, env)]


def _compile(node: ast.expr) -> Run:
    match node:
        case ast.Constant(value=bool() | int() | float() | str() as value):
            return lambda _env: value
        case ast.Name(id=name):
            return lambda env: env.get(name)
        case ast.BoolOp(op=op, values=parts):
            return _joined([_compile(part) for part in parts], decides=isinstance(op, ast.Or))
        case ast.Compare(left=left, ops=ops, comparators=rights):
            return _compared(
                _compile(left), [(_COMPARE[type(o)], _operand(r)) for o, r in zip(ops, rights, strict=True)]
            )
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _chosen(_compile(test), _compile(body), _compile(orelse))
        case _:
            return _compile_operator(node)


def _compile_operator(node: ast.expr) -> Run:
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _negated(_compile(operand))
        case ast.UnaryOp(operand=operand):
            return _calculated(ast.Sub, lambda _env: 0, _compile(operand))
        case ast.BinOp(left=left, op=op, right=right):
            return _calculated(type(op), _compile(left), _compile(right))
    raise ExpressionError(text=ast.unparse(node), problem="a list stands where a value should")


def _joined(parts: list[Run], *, decides: bool) -> Run:
    def run(env: Env) -> Value:
        unknown = False
        for part in parts:
            value = part(env)
            if value is None:
                unknown = True
            elif bool(value) is decides:
                return decides
        return None if unknown else not decides

    return run


def _chosen(test: Run, body: Run, orelse: Run) -> Run:
    def run(env: Env) -> Value:
        value = test(env)
        return None if value is None else body(env) if value else orelse(env)

    return run


def _negated(operand: Run) -> Run:
    def run(env: Env) -> Value:
        value = operand(env)
        return None if value is None else not value

    return run


def _calculated(op: type[ast.operator], left: Run, right: Run) -> Run:
    calculate, divides = _ARITHMETIC[op], op is ast.Div

    def run(env: Env) -> Value:
        one, other = left(env), right(env)
        if not isinstance(one, int | float) or not isinstance(other, int | float) or (divides and other == 0):
            return None
        return calculate(one, other)

    return run


def _compared(left: Run, steps: list[tuple[Callable[..., bool], Callable[[Env], Any]]]) -> Run:
    def run(env: Env) -> Value:
        one: Any = left(env)
        for holds, operand in steps:
            other = operand(env)
            if one is None or other is None:
                return None
            try:
                if not holds(one, other):
                    return False
            except TypeError as error:
                raise ExpressionError(text=f"{one!r}, {other!r}", problem="compares unlike kinds") from error
            one = other
        return True

    return run


def _operand(node: ast.expr) -> Callable[[Env], Any]:
    if isinstance(node, ast.Tuple):
        if not all(isinstance(part, ast.Constant) for part in node.elts):
            raise ExpressionError(text=ast.unparse(node), problem="a list may hold only plain values")
        members = frozenset(part.value for part in node.elts if isinstance(part, ast.Constant))
        return lambda _env: members
    return _compile(node)
