"""The reader of our manifests reads what YAML means, and refuses what it does not know."""

import pytest

from tests.deploy.yaml_subset import UnreadableError, read_documents


def test_mappings_lists_scalars_and_comments_are_read() -> None:
    text = (
        "# first\n"
        "kind: Job # a comment\n"
        "spec:\n"
        "  count: 3\n"
        "  on_time: true\n"
        '  quoted: "5"\n'
        "  image: name:1.2.3\n"
        "  empty: {}\n"
        "  steps:\n"
        "    - name: one\n"
        "      args:\n"
        "        - serve\n"
        "    - name: two\n"
        "---\n"
        "kind: Other\n"
    )

    first, second = read_documents(text)

    assert first == {
        "kind": "Job",
        "spec": {
            "count": 3,
            "on_time": True,
            "quoted": "5",
            "image": "name:1.2.3",
            "empty": {},
            "steps": [{"name": "one", "args": ["serve"]}, {"name": "two"}],
        },
    }
    assert second == {"kind": "Other"}


@pytest.mark.parametrize(
    "text",
    [
        "a: &anchor 1",
        "a: *anchor",
        "a: |\n  text",
        "a: {b: 1}",
        "a: [1]",
        "a: yes",
        "a: 1.5",
        "a: 012",
        "a: 0x1F",
        "a: 1_000",
        "a: 1e3",
        "a: 2026-01-01",
        "a: 12:30",
        'a: "x #1"',
        "a: b: c",
        "a:\nb: 1",
        "a: 1\na: 2",
        "a: 1\n   b: 2",
        "a:\n\t- b",
        "a: 'single'",
    ],
)
def test_what_is_not_in_the_subset_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_documents(text)
