"""The planted mistakes can't go stale: each still fits the source, compiles, and differs from the others."""

import pytest

from tests.planted import MISTAKES
from tests.planted.mistake import SIMULATION, Edit, Mistake
from tests.planted.tree import ROOT, StaleEditError, Verdict, changed, planted, texts_with, try_out

LEAST = 28
each_mistake = pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: each.name)


@each_mistake
def test_each_fits_the_source_and_compiles(mistake: Mistake) -> None:
    texts = texts_with(mistake)

    for file, text in texts.items():
        compile(text, file, "exec")
        assert text != (ROOT / file).read_text(encoding="utf-8")


def test_there_are_enough_and_no_two_are_one() -> None:
    assert len(MISTAKES) >= LEAST
    assert len({each.name for each in MISTAKES}) == len(MISTAKES)
    assert len({each.edits for each in MISTAKES}) == len(MISTAKES)
    assert all(each.words.endswith(".") for each in MISTAKES)


@pytest.mark.parametrize("text", ["", "one two", "one one"])
def test_an_edit_that_does_not_fit_once_is_stale(text: str) -> None:
    with pytest.raises(StaleEditError, match="found"):
        changed(text, Edit("a.py", "three" if text == "one two" else "one", "four"))


def test_the_copy_is_the_tree_but_for_the_mistake() -> None:
    mistake = MISTAKES[0]
    with planted(mistake) as copy:
        differing = {
            path.relative_to(copy).as_posix()
            for path in (copy / "service").rglob("*.py")
            if path.read_bytes() != (ROOT / path.relative_to(copy)).read_bytes()
        }

        assert differing == {each.file for each in mistake.edits}
    assert not copy.exists()


@pytest.mark.slow
def test_a_mistake_is_noticed_and_its_absence_is_not() -> None:
    mistake = next(each for each in MISTAKES if each.name == "cut_ignored")
    short = SIMULATION._replace(
        arguments=tuple("12" if each == "150" else each for each in SIMULATION.arguments)
    )

    sound, noticed = try_out(None, short), try_out(mistake, mistake.command)

    assert sound.verdict is Verdict.MISSED, sound.output
    assert noticed.verdict is Verdict.CAUGHT, noticed.output
    assert noticed.by.startswith("seed ")
