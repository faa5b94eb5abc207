"""Nothing in the repository knows the machine that it was written on, or where packages come from there."""

import re

from tests.deploy.files import ROOT, repository_files

_PLACES = re.compile(r"(?<![\w./~-])/(?:work|root|home/\w+|Users/\w+)/\w")
_REGISTRIES = re.compile(r"\b(?:pypi|pythonhosted|ghcr|quay|gcr|pkg\.dev|docker|npmjs)\.(?:org|io|com)\b")


def test_no_file_names_a_place_of_a_machine_or_a_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match.group(0)}"
        for path in repository_files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        for pattern in (_PLACES, _REGISTRIES)
        if (match := pattern.search(line))
    ]

    assert found == []


def test_the_patterns_find_what_they_are_for() -> None:
    assert _PLACES.search("cd " + "/".join(["", "home", "somebody", "code"]))
    assert _PLACES.search("in " + "/".join(["", "work", "tree"]))
    assert not _PLACES.search("service/sync/work.py")
    assert _REGISTRIES.search("files." + "pythonhosted" + ".org")
