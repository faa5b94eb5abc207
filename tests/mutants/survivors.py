"""The mutants that no test can notice, or none has to: each with the reason."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.mutations import Mutation

LIST = Path(__file__).with_name("survivors.toml")
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Survivor:
    """One mutant that is expected to live, and why that is no gap in the tests."""

    key: Key
    reason: str

    def __str__(self) -> str:
        module, function, line, change = self.key
        return f"{module.rpartition('.')[2]} {function}: {line}  [{change}]"


def read_survivors(path: Path = LIST) -> dict[Key, Survivor]:
    """Read the list.

    Raises ValueError for an entry without a reason and for one that stands there twice.
    """
    found: dict[Key, Survivor] = {}
    for reason in tomllib.loads(path.read_text())["reason"]:
        why = reason["why"].strip()
        for entry in reason["mutants"]:
            module, function, line, change = entry
            key = (module, function, line, change)
            if not why or key in found:
                raise ValueError(f"without a reason, or listed twice: {key}")
            found[key] = Survivor(key, why)
    return found


def as_entry(mutation: Mutation) -> str:
    """Write a mutant as the list has it, to be put below its reason."""
    return "[" + ", ".join(_quoted(part) for part in mutation.key) + "],"


def _quoted(text: str) -> str:
    return f"'{text}'" if "'" not in text else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
