"""What a planted mistake is, and the commands that notice one."""

from typing import NamedTuple

ENGINE = "service/sync"
HISTORIES = 150


class Edit(NamedTuple):
    """Text of one source file that occurs once, and what takes its place."""

    file: str
    old: str
    new: str


class Command(NamedTuple):
    """What is run in the copy, as arguments of the interpreter; exit code 1 says that it has noticed."""

    name: str
    arguments: tuple[str, ...]


class Mistake(NamedTuple):
    """One way of getting it wrong: a sentence, the edits that make it, and who notices."""

    name: str
    words: str
    edits: tuple[Edit, ...]
    command: Command


def pytest_of(*nodes: str) -> Command:
    """Return the command that runs some tests, on SQLite, up to the first failure."""
    options = ("-q", "-x", "--no-header", "--tb=line", "-p", "no:cacheprovider", "-k", "not postgres")
    return Command(nodes[0], ("-m", "pytest", *options, *nodes))


SIMULATION = Command(
    "simulation",
    (
        *("-m", "tests.simulation", "--histories", str(HISTORIES), "--seed", "0"),
        *("--first", "--long", "--processes", "1"),
    ),
)
CRASH = Command(
    "crash", ("-m", "tests.crash", "--histories", "6", "--double", "60", "--first", "--processes", "1")
)
