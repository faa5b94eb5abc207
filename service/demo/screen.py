"""What the reader sees: headings, sentences, tables and bars; plain lines where there is no terminal."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Protocol

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

INDENT = 3
STYLES = {
    "created": "green",
    "updated": "green",
    "skipped:": "yellow",
    "held:": "yellow",
    "conflict:": "magenta",
    "failed:": "bold red",
}
"""Colours of a row's numbers, by its first word."""


class Meter(Protocol):
    """Shows how far something is."""

    def show(self, percent: int, doing: str) -> None:
        """Show a percentage and what is being done."""


class Screen:
    """Writes to the reader, in order."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, emoji=False)
        self._plain = not self._console.is_terminal
        self._marks = ("✓ ", "✗ ") if self._console.encoding.startswith("utf") else ("ok: ", "NOT OK: ")

    def opening(self, api: str, quickbooks: str, seconds: float) -> None:
        """Say what runs where."""
        self.say(("quickbooks-sync: two ledgers that never met, until they agree", "bold"), indent=0)
        self.say(f"The service is at {api}, a QuickBooks Online of our own at {quickbooks}.", indent=0)
        self.say((f"Ready in {seconds:.1f} s.", "dim"), indent=0)

    def heading(self, number: int, words: str) -> None:
        """Begin one of the steps."""
        self._console.print()
        self.say((f"{number}  {words}", "bold cyan"), indent=0)

    def say(self, *pieces: str | tuple[str, str], indent: int = INDENT) -> None:
        """Write a sentence; a piece may carry a style."""
        text = Text.assemble(*pieces)
        if self._plain:
            self._console.out(" " * indent + text.plain, highlight=False)
        else:
            self._console.print(Padding(text, (0, 0, 0, indent), expand=False))

    def detail(self, words: str) -> None:
        """Write what a reader may skip."""
        self.say((words, "dim"), indent=INDENT + 2)

    def check(self, *, good: bool, words: str) -> None:
        """Write what was checked."""
        mark = self._marks[0 if good else 1]
        self.say((mark, "green" if good else "bold red"), (words, "" if good else "bold red"))

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1) -> None:
        """Write a table; its first `words` columns are words, the others numbers."""
        if self._plain:
            for line in plain_table([heads, *rows], words=words):
                self.say(line)
            return
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim underline")
        for at, head in enumerate(heads):
            table.add_column(head, justify="left" if at < words else "right", overflow="fold")
        for row in rows:
            style = STYLES.get(row[0].split(" ")[0], "")
            table.add_row(*(Text(cell, style=_style(at, cell, style)) for at, cell in enumerate(row)))
        self._console.print(Padding(table, (0, 0, 0, INDENT), expand=False))

    @contextlib.contextmanager
    def progress(self, what: str) -> Iterator[Meter]:
        """Show a bar, or on one line the percentages that were passed."""
        if self._plain:
            try:
                yield _Line(self._console, f"{' ' * INDENT}{what}:")
            finally:
                self._console.out("")
            return
        with Progress(
            TextColumn(f"{' ' * INDENT}{what}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[doing]}", markup=False, style="dim"),
            console=self._console,
        ) as bars:
            yield _Bar(bars, bars.add_task(what, total=100, doing=""))

    def fail(self, words: str) -> None:
        """Say why there is no end."""
        self._console.print()
        self.say(("The demo could not go on: ", "bold red"), words, indent=0)

    def last(self, words: str) -> None:
        """Write the last line, as it is."""
        self._console.out(f"\n{words}", highlight=False)


def plain_table(rows: Sequence[Sequence[str]], *, words: int) -> list[str]:
    """Lay out a table in lines: columns of words to the left, of numbers to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    laid = [
        [cell.ljust(width) if at < words else cell.rjust(width) for at, (cell, width) in enumerate(zipped)]
        for zipped in (zip(row, widths, strict=True) for row in rows)
    ]
    return ["  ".join(cells).rstrip() for cells in laid]


def _style(at: int, cell: str, style: str) -> str:
    return "dim" if cell == "-" else style if at else ""


class _Bar:
    """A bar of rich's."""

    def __init__(self, bars: Progress, task: TaskID) -> None:
        self._bars, self._task = bars, task

    def show(self, percent: int, doing: str) -> None:
        """Move the bar."""
        self._bars.update(self._task, completed=percent, doing=doing)


class _Line:
    """Percentages one after the other, written as they come."""

    def __init__(self, console: Console, what: str) -> None:
        self._console = console
        self._last = what
        self._write(what)

    def show(self, percent: int, doing: str) -> None:
        """Write a stage that is new."""
        stage = f"{percent} % {doing}"
        if stage != self._last:
            self._write(f" {stage}" if self._last.endswith(":") else f" > {stage}")
            self._last = stage

    def _write(self, words: str) -> None:
        self._console.out(words, end="", highlight=False)
        self._console.file.flush()
