"""From a query's text to a Statement, by the grammar beside this file; errors in QuickBooks' words."""

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput
from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

from service.sandbox import errors
from service.sandbox.query.statement import LARGEST_PAGE, Condition, Ordering, Statement

GRAMMAR = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
TODAY = "CURRENT_DATE"
WORD = re.compile(r"\w+|.")
EXPECTED = {
    "NAME": "<IDENTIFIER>",
    "STRING": "<STRING>",
    "NUMBER": "<NUMBER>",
    "$END": "<EOF>",
    "COMPARISON": '"="',
    "COMMA": '","',
    "COUNT": '"count"',
    "DIRECTION": '"asc"',
    "LPAR": '"("',
    "RPAR": '")"',
    "STAR": '"*"',
    "TODAY": '"current_date"',
}


class _Reader(Transformer[Token, Any]):
    """Builds a Statement while the text is parsed."""

    def count(self, _children: list[Any]) -> bool:
        return True

    def projection(self, children: list[Token]) -> tuple[str, ...]:
        return tuple(str(one) for one in children if one.type == "NAME")

    def string(self, children: list[Token]) -> str:
        return _unquote(children[0])

    def number(self, children: list[Token]) -> str:
        return str(children[0])

    def true(self, _children: list[Token]) -> str:
        return "true"

    def false(self, _children: list[Token]) -> str:
        return "false"

    def today(self, _children: list[Token]) -> str:
        return TODAY

    def path(self, children: list[Token]) -> str:
        return str(children[0])

    def comparison(self, children: list[Any]) -> Condition:
        path, operator, value = children
        return Condition(path, str(operator), (value,))  # type: ignore[arg-type]

    def membership(self, children: list[Any]) -> Condition:
        return Condition(children[0], "IN", tuple(children[1:]))

    def likeness(self, children: list[Any]) -> Condition:
        return Condition(children[0], "LIKE", (_unquote(children[1]),))

    def where(self, children: list[Any]) -> tuple[Condition, ...]:
        return tuple(children)

    def ordering(self, children: list[Any]) -> Ordering:
        return Ordering(children[0], len(children) > 1 and str(children[1]).lower() == "desc")

    def order(self, children: list[Any]) -> tuple[str, Any]:
        return "order", tuple(children)

    def start_position(self, children: list[Token]) -> tuple[str, Any]:
        return "start", str(children[0])

    def max_results(self, children: list[Token]) -> tuple[str, Any]:
        return "limit", str(children[0])

    def start(self, children: list[Any]) -> Statement:
        count, entity, rest = children[0], str(children[1]), children[2:]
        conditions: tuple[Condition, ...] = ()
        if rest and not (len(rest[0]) == 2 and isinstance(rest[0][0], str)):
            conditions, rest = rest[0], rest[1:]
        given = dict(rest)
        return Statement(
            entity=entity,
            count=count is True,
            columns=() if count is True else count,
            conditions=conditions,
            order=given.get("order", ()),
            start=_page_number(given.get("start", "1")),
            limit=_page_number(given.get("limit", "100"), smallest=0),
        )


def _unquote(token: Token) -> str:
    inner = str(token)[1:-1]
    if "\\" not in inner:
        return inner
    answer, escaped = [], False
    for one in inner:
        if one == "\\" and not escaped:
            escaped = True
            continue
        answer.append(one)
        escaped = False
    return "".join(answer)


def _page_number(text: str, smallest: int = 1) -> int:
    if not text.removeprefix("-").isdigit():
        raise errors.bad_query(f"value {text} is not a whole number")
    if int(text) < smallest:
        raise errors.bad_query(f"value {text} is too small. Min allowed value is {smallest}")
    return int(text)


_PARSER = Lark(
    GRAMMAR, parser="lalr", transformer=_Reader(), propagate_positions=False, maybe_placeholders=False
)


@lru_cache(maxsize=256)
def parse(text: str, refuses_large_pages: bool = False) -> Statement:
    """Parse a query; raises SandboxFault 4000 for its form, 4001 for its page numbers."""
    statement = _read(text)
    if statement.limit <= LARGEST_PAGE:
        return statement
    if refuses_large_pages:
        raise errors.bad_query(f"value {statement.limit} is too large. Max allowed value is {LARGEST_PAGE}")
    return replace(statement, limit=LARGEST_PAGE)


def _read(text: str) -> Statement:
    try:
        return _PARSER.parse(text.strip().rstrip(";"))  # type: ignore[return-value]
    except VisitError as error:
        if isinstance(error.orig_exc, errors.SandboxFault):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise _parse_error(error, text.strip()) from None


def _parse_error(error: UnexpectedInput, text: str) -> errors.SandboxFault:
    found, kind, expected = "", "<EOF>", "<IDENTIFIER>"
    if isinstance(error, UnexpectedToken):
        if error.token.type != "$END":
            found, kind = str(error.token), _kind(error.token)
        expected = "\n    ".join(sorted({EXPECTED.get(one, f'"{one.lower()}"') for one in error.expected}))
    elif isinstance(error, UnexpectedCharacters):
        word = WORD.match(text.splitlines()[error.line - 1][error.column - 1 :])
        found = word.group() if word else error.char
        kind = f'"{found.lower()}"'
    line, column = (error.line, error.column) if kind != "<EOF>" else (1, len(text) + 1)
    shown = f'{found} "' if found else ""
    detail = (
        f'QueryParserError: Encountered " {kind} "{shown}" at line {line}, column {column}.\n'
        f"Was expecting:\n    {expected} ...\n    "
    )
    return errors.SandboxFault("4000", "Error parsing query", detail, element=None)


def _kind(token: Token) -> str:
    return EXPECTED.get(token.type, f'"{str(token).lower()}"')
