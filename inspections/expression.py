"""The small language of rule triggers: names, numbers, words, comparisons, arithmetic, and / or / not / in.

Logic is Kleene's three-valued one: a fact that was not measured is ``None``, and ``None`` neither raises a
hazard nor clears it unless the rest decides alone (``False and None`` is ``False``).
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gis.errors import AnjuError

Value = bool | int | float | str | None
Env = Mapping[str, Value]


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
    tree: ast.expr

    def value(self, env: Env) -> Value:
        """The value over ``env``; None where a fact it depends on is missing or a division is by zero."""
        return _value(self.tree, env)

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
    return Expression(text=text.strip(), names=names, tree=tree.body)


def _check(node: ast.AST, text: str) -> None:
    if not isinstance(node, _ALLOWED):
        raise ExpressionError(text=text, problem=f"{type(node).__name__} may not be used")
    if isinstance(node, ast.Constant) and not isinstance(node.value, bool | int | float | str):
        raise ExpressionError(text=text, problem=f"{node.value!r} may not be used")


def _words(node: ast.expr) -> list[str]:
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def _value(node: ast.expr, env: Env) -> Value:
    match node:
        case ast.Constant(value=bool() | int() | float() | str() as value):
            return value
        case ast.Name(id=name):
            return env.get(name)
        case ast.BoolOp(op=ast.And(), values=parts):
            return _all(parts, env)
        case ast.BoolOp(values=parts):
            return _any(parts, env)
        case ast.Compare():
            return _compare(node, env)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            chosen = _value(test, env)
            return None if chosen is None else _value(body if chosen else orelse, env)
        case _:
            return _number(node, env)


def _number(node: ast.expr, env: Env) -> Value:
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            value = _value(operand, env)
            return None if value is None else not value
        case ast.UnaryOp(operand=operand):
            value = _value(operand, env)
            return -value if isinstance(value, int | float) else None
        case ast.BinOp(left=left, op=op, right=right):
            return _arithmetic(op, _value(left, env), _value(right, env))
    return None


def _arithmetic(op: ast.operator, left: Value, right: Value) -> Value:
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return None
    if isinstance(op, ast.Div) and right == 0:
        return None
    return _ARITHMETIC[type(op)](left, right)


def _all(parts: list[ast.expr], env: Env) -> bool | None:
    unknown = False
    for part in parts:
        value = _value(part, env)
        if value is None:
            unknown = True
        elif not value:
            return False
    return None if unknown else True


def _any(parts: list[ast.expr], env: Env) -> bool | None:
    unknown = False
    for part in parts:
        value = _value(part, env)
        if value is None:
            unknown = True
        elif value:
            return True
    return None if unknown else False


def _compare(node: ast.Compare, env: Env) -> bool | None:
    left = _value(node.left, env)
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        right = _members(right_node, env)
        if left is None or right is None:
            return None
        try:
            held = _COMPARE[type(op)](left, right)
        except TypeError as error:
            raise ExpressionError(text=ast.unparse(node), problem="compares unlike kinds") from error
        if not held:
            return False
        left = right if not isinstance(right, tuple) else None
    return True


def _members(node: ast.expr, env: Env) -> Value | tuple[Value, ...]:
    if isinstance(node, ast.Tuple):
        return tuple(_value(part, env) for part in node.elts)
    return _value(node, env)
