"""`python -m tests.planted`: plant each mistake and see whether the suite notices it."""

import argparse
import statistics
import sys

from tests.planted import MISTAKES
from tests.planted.mistake import Command, Mistake
from tests.planted.tree import AT_ONCE, Outcome, Verdict, try_all, try_out

TAIL = 3_000
WIDTH = 100


def main() -> int:
    """Run what the command line asks for; return the exit code."""
    names = [each.name for each in MISTAKES]
    parser = argparse.ArgumentParser(prog="python -m tests.planted", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these mistakes")
    parser.add_argument("--list", action="store_true", help="show them, and plant none")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help=f"so many at a time ({AT_ONCE})")
    parser.add_argument("--without-control", action="store_true", help="don't run the commands on sound code")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.names) - set(names)):
        parser.error(f"no such mistakes: {', '.join(unknown)}")
    mistakes = [each for each in MISTAKES if not asked.names or each.name in asked.names]
    if asked.list:
        for each in mistakes:
            _say(f"{each.name:<28} {each.words} ({each.command.name})")
        return 0
    sound = asked.without_control or _is_sound({each.command for each in mistakes})
    return 0 if sound and _are_caught(mistakes, asked.at_once) else 1


def _is_sound(commands: set[Command]) -> bool:
    """Say whether all commands pass without a mistake: else they would notice anything."""
    good = True
    for command in sorted(commands):
        outcome = try_out(None, command)
        passed = outcome.verdict is Verdict.MISSED
        good &= passed
        verdict = "passes" if passed else "FAILS"
        _say(f"{'without a mistake':<28} {verdict:<7} {outcome.seconds:4.0f} s  {command.name}")
        if not passed:
            _say(outcome.output[-TAIL:])
    return good


def _are_caught(mistakes: list[Mistake], at_once: int) -> bool:
    outcomes: list[Outcome] = []
    for mistake, outcome in try_all(mistakes, at_once):
        outcomes.append(outcome)
        by = f"{outcome.by}: {outcome.words}"[:WIDTH] if outcome.by else mistake.words
        _say(f"{mistake.name:<28} {outcome.verdict:<7} {outcome.seconds:4.0f} s  {by}")
        if outcome.verdict is Verdict.BROKEN:
            _say(outcome.output[-TAIL:])
    caught = [each for each in outcomes if each.verdict is Verdict.CAUGHT]
    median = statistics.median(each.seconds for each in caught) if caught else 0.0
    _say(f"{len(caught)} of {len(outcomes)} mistakes caught, in {median:.0f} s each (median)")
    return len(caught) == len(outcomes)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
