"""What can go wrong with one node of a syntax tree: each variant is a short name and the node instead."""

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Variant = tuple[str, ast.AST]

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_METHODS = {"outerjoin": "join", "in_": "not_in", "extend": "append"}
_OPEN_ENDED = frozenset({"where", "order_by", "group_by", "select", "one_of"})
"""Calls that take any number of arguments: leaving one out is a mistake that still runs."""
_CONVERSIONS = frozenset({"tuple", "list", "set", "dict", "frozenset", "str", "bool", "bindparam"})
_NOT_SWAPPED = frozenset({"isinstance", "getattr", "zip", "select", "where", "one_of"})
"""Calls whose arguments can't be swapped without failing at once, or mean the same in any order."""
_FEW_WORDS = 2
"""Texts of more words are sentences for people."""


def variants_of(node: ast.AST) -> list[Variant]:
    """List the variants of one node; what is inside it is its own node."""
    make = _VARIANTS.get(type(node))
    return list(make(node)) if make else []


def _with(node: ast.AST, **values: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in values.items():
        setattr(changed, name, value)
    return changed


def _without(items: Sequence[Any], at: int) -> list[Any]:
    return [*items[:at], *items[at + 1 :]]


def _short(node: ast.AST, limit: int = 40) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _constant(node: ast.Constant) -> Iterator[Variant]:
    value = node.value
    if isinstance(value, bool):
        yield f"{value} -> {not value}", ast.Constant(not value)
    elif isinstance(value, int):
        yield f"{value} -> {value + 1}", ast.Constant(value + 1)
    elif isinstance(value, str) and len(value.split()) <= _FEW_WORDS:
        yield f"{value!r} -> another text", ast.Constant(f"{value}x")


def _formatted(node: ast.JoinedStr) -> Iterator[Variant]:
    texts = [part.value for part in node.values if isinstance(part, ast.Constant)]
    if len(" ".join(texts).split()) > _FEW_WORDS:
        return
    for at, part in enumerate(node.values):
        if isinstance(part, ast.Constant):
            yield f"without {part.value!r}", _with(node, values=_without(node.values, at))


def _compare(node: ast.Compare) -> Iterator[Variant]:
    for at, op in enumerate(node.ops):
        for other in _COMPARED[type(op)]:
            ops = [*node.ops[:at], other(), *node.ops[at + 1 :]]
            yield f"{type(op).__name__} -> {other.__name__}", _with(node, ops=ops)


def _bool_op(node: ast.BoolOp) -> Iterator[Variant]:
    other = ast.Or if isinstance(node.op, ast.And) else ast.And
    yield f"{type(node.op).__name__} -> {other.__name__}", _with(node, op=other())
    for at, value in enumerate(node.values):
        rest = _without(node.values, at)
        left = rest[0] if len(rest) == 1 else _with(node, values=rest)
        yield f"without {_short(value)}", left


def _bin_op(node: ast.BinOp) -> Iterator[Variant]:
    other = _COMPUTED.get(type(node.op))
    if other:
        yield f"{type(node.op).__name__} -> {other.__name__}", _with(node, op=other())
    yield f"without {_short(node.right)}", node.left
    yield f"without {_short(node.left)}", node.right


def _unary_op(node: ast.UnaryOp) -> Iterator[Variant]:
    yield f"without {type(node.op).__name__}", node.operand


def _call(node: ast.Call) -> Iterator[Variant]:
    named = _name_of(node.func)
    plain = not any(isinstance(each, ast.Starred) for each in node.args)
    for at in range(len(node.args) - 1):
        if plain and named not in _NOT_SWAPPED:
            swapped = [*node.args[:at], node.args[at + 1], node.args[at], *node.args[at + 2 :]]
            yield f"{_short(node.args[at])} and the next swapped", _with(node, args=swapped)
    if named in _OPEN_ENDED and len(node.args) > 1:
        for at, each in enumerate(node.args):
            if named == "one_of" and at == 0:
                continue
            yield f"without {_short(each)}", _with(node, args=_without(node.args, at))
    for at, keyword in enumerate(node.keywords):
        if keyword.arg:
            yield f"without {keyword.arg}=", _with(node, keywords=_without(node.keywords, at))
    if isinstance(node.func, ast.Attribute):
        yield from _method_call(node, node.func)
    elif len(node.args) == 1 and plain and not node.keywords and named not in _CONVERSIONS:
        yield f"without {named}()", node.args[0]


def _method_call(node: ast.Call, func: ast.Attribute) -> Iterator[Variant]:
    if isinstance(func.value, ast.Call | ast.BinOp):
        yield f"without .{func.attr}()", func.value
    if func.attr in _METHODS:
        other = _METHODS[func.attr]
        yield f".{func.attr}() -> .{other}()", _with(node, func=_with(func, attr=other))


def _name_of(func: ast.expr) -> str:
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def _collection(node: ast.Tuple | ast.List | ast.Set) -> Iterator[Variant]:
    if isinstance(node, ast.Set) and len(node.elts) == 1:
        return
    if isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Store):
        return
    for at, each in enumerate(node.elts):
        yield f"without {_short(each)}", _with(node, elts=_without(node.elts, at))


def _dict(node: ast.Dict) -> Iterator[Variant]:
    for at, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
        if key is None:
            continue
        fewer = _with(node, keys=_without(node.keys, at), values=_without(node.values, at))
        yield f"without {_short(key)}", fewer
        if not isinstance(value, ast.Constant):
            values = [*node.values[:at], ast.Constant(None), *node.values[at + 1 :]]
            yield f"{_short(key)}: None", _with(node, values=values)


def _choice(node: ast.If | ast.IfExp) -> Iterator[Variant]:
    for value in (True, False):
        yield f"if {_short(node.test)} -> if {value}", _with(node, test=ast.Constant(value))


def _comprehension(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> Iterator[Variant]:
    for at, generator in enumerate(node.generators):
        for number, test in enumerate(generator.ifs):
            fewer = _with(generator, ifs=_without(generator.ifs, number))
            generators = [*node.generators[:at], fewer, *node.generators[at + 1 :]]
            yield f"without if {_short(test)}", _with(node, generators=generators)


def _return(node: ast.Return) -> Iterator[Variant]:
    if node.value is not None and not _is_none(node.value):
        yield "return None", ast.Return(ast.Constant(None))


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _statement(node: ast.stmt) -> Iterator[Variant]:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if not is_text:
        yield f"without {_short(node)}", ast.Pass()


_VARIANTS: dict[type[ast.AST], Callable[[Any], Iterator[Variant]]] = {
    ast.Constant: _constant,
    ast.JoinedStr: _formatted,
    ast.Compare: _compare,
    ast.BoolOp: _bool_op,
    ast.BinOp: _bin_op,
    ast.UnaryOp: _unary_op,
    ast.Call: _call,
    ast.Tuple: _collection,
    ast.List: _collection,
    ast.Set: _collection,
    ast.Dict: _dict,
    ast.If: _choice,
    ast.IfExp: _choice,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Return: _return,
    ast.Expr: _statement,
    ast.AugAssign: _statement,
}
