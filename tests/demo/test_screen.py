"""Without a terminal the reader gets plain lines; with one, colours and bars."""

import io

from rich.console import Console

from service.demo.screen import Screen, plain_table


def shown(*, terminal: bool) -> str:
    """Show one of each, and return what was written."""
    file = io.StringIO()
    screen = Screen(Console(file=file, force_terminal=terminal, width=60, _environ={"TERM": "xterm"}))
    screen.heading(1, "A step")
    screen.say("A [sentence] that is longer than a narrow window, but not at all longer than its line.")
    screen.check(good=False, words="it holds")
    screen.table(("", "bill"), [("held: books_closed", "-"), ("created", "12")])
    with screen.progress("Sync") as meter:
        meter.show(40, "plan")
        meter.show(40, "plan")
        meter.show(100, "succeeded")
    screen.last("agreed: 1 records, explained: 0, unexplained: 0")
    return file.getvalue()


def test_plain_lines_have_no_control_characters_and_no_space_at_their_end() -> None:
    text = shown(terminal=False)

    assert text.splitlines() == [
        "",
        "1  A step",
        "   A [sentence] that is longer than a narrow window, but not at all longer than its line.",
        "   ✗ it holds",
        "                       bill",
        "   held: books_closed     -",
        "   created               12",
        "   Sync: 40 % plan > 100 % succeeded",
        "",
        "agreed: 1 records, explained: 0, unexplained: 0",
    ]


def test_a_terminal_gets_colours_and_a_plain_last_line() -> None:
    text = shown(terminal=True)

    assert "\x1b[" in text
    assert text.splitlines()[-1] == "agreed: 1 records, explained: 0, unexplained: 0"


def test_columns_of_words_are_left_and_of_numbers_right() -> None:
    assert plain_table([("a", "bb", "c"), ("aaa", "b", "100")], words=2) == ["a    bb    c", "aaa  b   100"]
