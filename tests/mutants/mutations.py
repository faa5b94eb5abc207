"""Single mistakes that somebody could have made in a module, each as a changed syntax tree.

One node is changed at a time, in functions and at module level alike: a statement built at import is code
too. Left alone are annotations, docstrings, asserts, the declaration of a class, and sentences that people
read (texts of three words and more).
"""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.variants import variants_of

MODULE_LEVEL = "(module)"


@dataclass(frozen=True, order=True)
class Mutation:
    """One mistake: where it is, in words that outlast a moved line, and the node that it replaces."""

    module: str
    function: str
    line: str
    change: str
    node: int
    variant: int

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Name the mistake as the list of survivors does."""
        return (self.module, self.function, self.line, self.change)

    def __str__(self) -> str:
        return f"{self.module.rpartition('.')[2]} {self.function}: {self.line}  [{self.change}]"


def path_of(module: str) -> Path:
    """Return the file of a module of ours."""
    return Path(*module.split(".")).with_suffix(".py")


def mutations_of(module: str) -> list[Mutation]:
    """List every mistake that can be planted in a module, in the order of its text."""
    source = path_of(module).read_text()
    lines = source.splitlines()
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for at, (node, function) in enumerate(_nodes(ast.parse(source))):
        for number, (change, _) in enumerate(variants_of(node)):
            line = lines[node.lineno - 1].strip()  # type: ignore[attr-defined]
            seen[function, line, change] += 1
            nth = seen[function, line, change]
            named = change if nth == 1 else f"{change} #{nth}"
            found.append(Mutation(module, function, line, named, at, number))
    return found


def mutated(mutation: Mutation) -> ast.Module:
    """Return the module's tree with the mistake in it."""
    tree = ast.parse(path_of(mutation.module).read_text())
    node = next(node for at, (node, _) in enumerate(_nodes(tree)) if at == mutation.node)
    _, replacement = variants_of(node)[mutation.variant]
    changed = _Replacing(node, copy.deepcopy(replacement)).visit(tree)
    return ast.fix_missing_locations(changed)


class _Replacing(ast.NodeTransformer):
    def __init__(self, node: ast.AST, replacement: ast.AST) -> None:
        self._node, self._replacement = node, replacement

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self._node:
            return ast.copy_location(self._replacement, node)
        return self.generic_visit(node)


def _nodes(node: ast.AST, function: str = MODULE_LEVEL) -> Iterator[tuple[ast.AST, str]]:
    """Walk over what may be changed, with the function that it is in."""
    for child in _parts(node):
        inside = function
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inside = child.name if function == MODULE_LEVEL else f"{function}.{child.name}"
        if isinstance(child, ast.expr | ast.stmt):
            yield child, inside
        yield from _nodes(child, inside)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Assert():
            return
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from (*node.args.defaults, *filter(None, node.args.kw_defaults), *node.body)
        case ast.ClassDef():
            yield from node.body
        case ast.AnnAssign():
            yield from [node.value] if node.value else []
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Dict():
            yield from node.values
        case _:
            yield from ast.iter_child_nodes(node)
