"""Reckons `1.5 + (2 - 0.25) * 4`: numbers and four signs, nothing else."""

import ast
import operator
from collections.abc import Callable, Mapping

from tools.errors import BackendRefused

_SIGNS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def reckon(expression: str) -> float:
    """Return what an expression comes to, to the cent."""
    try:
        return round(_value(ast.parse(expression, mode="eval").body), 2)
    except (SyntaxError, ZeroDivisionError, KeyError) as error:
        raise BackendRefused("no_sum", "write numbers with + - * / and brackets") from error


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.BinOp(left=left, op=sign, right=right):
            return _SIGNS[type(sign)](_value(left), _value(right))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case other:
            raise KeyError(type(other).__name__)
