"""The mistakes that are planted: what they are, that they run, and that a draw of them is noticed."""

import ast
import subprocess
import sys
from collections import Counter

import pytest

from tests.mutants.mutations import Mutation, mutated, mutations_of, path_of
from tests.mutants.planting import Fate, Outcome
from tests.mutants.report import Report, vanished
from tests.mutants.survivors import Survivor, as_entry, read_survivors
from tests.mutants.targets import TARGETS, Target
from tests.mutants.variants import variants_of

DRAWN = 30


def changes(source: str) -> list[str]:
    """What becomes of the first statement of a source, and of what is in it."""
    found = []
    for node in ast.walk(ast.parse(source).body[0]):
        for _, replacement in variants_of(node):
            found.append(ast.unparse(ast.fix_missing_locations(replacement)))
    return found


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("a == b", ["a != b"]),
        ("a > b", ["a >= b", "a <= b"]),
        ("a in b", ["a not in b"]),
        ("a and b", ["a or b", "b", "a"]),
        ("a + b", ["a - b", "a", "b"]),
        ("not a", ["a"]),
        ("return a", ["return None"]),
        ("x += 1", ["pass", "2"]),
        ("f(a, b)", ["f(b, a)"]),
        ("f(a, key=b)", ["f(a)"]),
        ("one_of(c, 'sent', 'done')", ["one_of(c, 'done')", "one_of(c, 'sent')", "'sentx'"]),
        ("q.where(a, b)", ["q.where(b)", "q.where(a)"]),
        ("q().limit(n)", ["q()"]),
        ("x = {'a': b}", ["{}", "{'a': None}"]),
        ("x = ('a', b)", ["('a',)", "(b,)"]),
        ("x = a if b else c", ["a if True else c", "a if False else c"]),
        ("[a for a in b if c]", ["[a for a in b]"]),
        ("x = True", ["False"]),
        ("x = 1", ["2"]),
        ("x = 'sent'", ["'sentx'"]),
        ("x = f'{a}:{b}'", ["f'{a}{b}'"]),
    ],
)
def test_each_way_of_going_wrong_is_tried(source, wrong) -> None:
    assert set(wrong) <= set(changes(source)), changes(source)


@pytest.mark.parametrize(
    "source", ["x: int", "x = 'Choose keep_platform or keep_quickbooks.'", "pass", "x = None"]
)
def test_what_nobody_can_get_wrong_is_left_alone(source) -> None:
    assert changes(source) == []


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_every_mutant_differs_from_its_module_and_compiles_and_has_a_name_of_its_own(target) -> None:
    original = ast.dump(ast.parse(path_of(target.module).read_text()))
    mutations = mutations_of(target.module)

    for mutation in mutations[::7]:
        tree = mutated(mutation)
        assert ast.dump(tree) != original, mutation
        compile(tree, target.module, "exec")

    assert max(Counter(each.key for each in mutations).values()) == 1
    assert mutations == mutations_of(target.module)


def test_statements_at_module_level_are_mutated_too() -> None:
    ledger = mutations_of("service.store.ledger")

    assert any(each.function == "(module)" and "planned" in each.line for each in ledger)


def test_every_listed_survivor_has_a_reason_and_can_be_planted() -> None:
    listed = read_survivors()

    assert (
        vanished(listed.values(), [each for target in TARGETS for each in mutations_of(target.module)]) == []
    )


def test_a_listed_survivor_that_is_noticed_and_an_unlisted_one_that_lives_are_reported() -> None:
    target = Target("service.core.plan", ())
    lives, dies = (Mutation("service.core.plan", "f", line, "without x", 0, 0) for line in ("a", "b"))
    report = Report(target, {dies.key: Survivor(dies.key, "thought so")})

    report.add([Outcome(lives, Fate.SURVIVED, 1.0), Outcome(dies, Fate.KILLED, 1.0)])

    assert (report.unlisted, [each.key for each in report.noticed]) == ([lives], [dies.key])
    assert (report.score, report.is_enough, report.is_explained) == (0.5, False, False)


def test_what_is_printed_of_a_survivor_can_be_put_into_the_list(tmp_path) -> None:
    mutations = [each for target in TARGETS for each in mutations_of(target.module)]
    entries = "\n".join(as_entry(each) for each in mutations)
    path = tmp_path / "survivors.toml"
    path.write_text(f'[[reason]]\nwhy = "all of them"\nmutants = [\n{entries}\n]\n')

    assert read_survivors(path).keys() == {each.key for each in mutations}


@pytest.mark.slow
def test_a_draw_of_mutants_is_noticed_but_for_those_that_are_listed() -> None:
    command = [sys.executable, "-m", "tests.mutants", "--sample", str(DRAWN), "--seed", "1"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
