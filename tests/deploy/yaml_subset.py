"""Reads the YAML of our manifests: block mappings and lists, plain and quoted scalars, comments.

Everything else (anchors, tags, flow collections with content, folded texts) is an error, so that no file is
understood differently here than by Kubernetes.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

_KEY = re.compile(r"^(?P<key>[A-Za-z0-9_./-]+):(?:\s+(?P<value>\S.*))?$")
_INTEGER = re.compile(r"^-?(?:0|[1-9]\d*)$")
_PLAIN = re.compile(r"^[A-Za-z0-9./$-][^#:{}\[\],&*!|>'\"%@`]*(?::[^\s#{}\[\],&*!|>'\"%@`]+)*$")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "{}": {}, "[]": []}
_NUMBER_LIKE = re.compile(r"^[-+.]?\d[\d_]*\.?\d*(?:[eE][-+]?\d+)?$|^0[0-9xob]|^\d{4}-\d|^\d+:\d")
_AMBIGUOUS = frozenset({"yes", "no", "on", "off", "y", "n", "True", "False", "~", "TRUE", "FALSE", "Null"})


class UnreadableError(ValueError):
    """It is not in the subset."""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    indent: int
    text: str


def read_documents(text: str) -> list[Any]:
    """Return the documents of a file.

    Raises:
        UnreadableError: a line is not in the subset.
    """
    parts: list[list[_Line]] = [[]]
    for number, raw in enumerate(text.splitlines(), start=1):
        if raw.rstrip() == "---":
            parts.append([])
        elif line := _line(number, raw):
            parts[-1].append(line)
    return [_read_block(lines) for lines in parts if lines]


def _line(number: int, raw: str) -> _Line | None:
    if "\t" in raw:
        raise UnreadableError(f"line {number}: a tab")
    text = raw.strip()
    if not text or text.startswith("#"):
        return None
    return _Line(number, len(raw) - len(raw.lstrip()), _without_comment(text))


def _without_comment(text: str) -> str:
    """Cut a comment off; our quoted scalars have no ` #` in them."""
    return text.split(" #", 1)[0].rstrip()


def _read_block(lines: list[_Line]) -> Any:
    value, rest = _read(lines, lines[0].indent)
    if rest:
        raise UnreadableError(f"line {rest[0].number}: indented wrongly")
    return value


def _read(lines: list[_Line], indent: int) -> tuple[Any, list[_Line]]:
    is_list = lines[0].text.startswith("- ")
    return _read_list(lines, indent) if is_list else _read_mapping(lines, indent)


def _read_mapping(lines: list[_Line], indent: int) -> tuple[dict[str, Any], list[_Line]]:
    found: dict[str, Any] = {}
    while lines and lines[0].indent == indent and not lines[0].text.startswith("- "):
        line, lines = lines[0], lines[1:]
        match = _KEY.match(line.text)
        if match is None or match["key"] in found:
            raise UnreadableError(f"line {line.number}: no new key")
        if match["value"] is not None:
            found[match["key"]] = _scalar(line.number, match["value"])
            continue
        deeper = lines[0].indent if lines else 0
        if not lines or deeper <= indent:
            raise UnreadableError(f"line {line.number}: a key without a value")
        found[match["key"]], lines = _read(lines, deeper)
    return found, lines


def _read_list(lines: list[_Line], indent: int) -> tuple[list[Any], list[_Line]]:
    found: list[Any] = []
    while lines and lines[0].indent == indent and lines[0].text.startswith("- "):
        line, rest = lines[0], lines[1:]
        item = line.text[2:].lstrip()
        inner = indent + len(line.text) - len(item)
        if _KEY.match(item):
            value, lines = _read_mapping([_Line(line.number, inner, item), *rest], inner)
        else:
            value, lines = _scalar(line.number, item), rest
        found.append(value)
    return found, lines


def _scalar(number: int, text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if text.startswith('"'):
        try:
            return json.loads(text)
        except ValueError:
            raise UnreadableError(f"line {number}: {text!r} is not quoted in JSON's way") from None
    if _INTEGER.match(text):
        return int(text)
    if text in _AMBIGUOUS or _NUMBER_LIKE.match(text) or not _PLAIN.match(text):
        raise UnreadableError(f"line {number}: {text!r} is not plain enough")
    return text
