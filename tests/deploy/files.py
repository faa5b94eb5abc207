"""Where the files of the house are, and how they are read."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from service.api.application import bare_app
from service.settings import Settings
from tests.deploy.yaml_subset import read_documents

ROOT = Path(__file__).resolve().parents[2]
BASE = ROOT / "k8s" / "base"
PRODUCTION = ROOT / "k8s" / "overlays" / "production"
SETTINGS = {f"SYNC_{name.upper()}" for name in Settings.model_fields}
_NOT_OURS = frozenset({".git", ".venv", ".venv-tap", "var", "build", "dist", "__pycache__"})


def text_of(path: str) -> str:
    """Return the text of a file of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


def manifests(directory: Path) -> list[dict[str, Any]]:
    """Return all objects of a directory's manifests, kustomizations apart."""
    return [
        document
        for path in sorted(directory.glob("*.yaml"))
        if path.name != "kustomization.yaml"
        for document in read_documents(path.read_text(encoding="utf-8"))
    ]


def required_settings() -> set[str]:
    """Return the settings that the service asks for when it is given none."""
    try:
        Settings()
    except ValueError as error:
        return set(re.findall(r"SYNC_\w+", str(error).split("not set:", 1)[1].split("(", 1)[0]))
    raise AssertionError("the service starts without any setting")


@cache
def api_operations() -> dict[str, set[str]]:
    """Return the API's paths with the methods that each takes."""
    paths: dict[str, dict[str, Any]] = bare_app().openapi()["paths"]
    return {path: {method.upper() for method in methods} for path, methods in paths.items()}


def kustomization(directory: Path) -> dict[str, Any]:
    """Return a directory's kustomization."""
    (document,) = read_documents((directory / "kustomization.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = document
    return found


def environment(path: Path) -> dict[str, str]:
    """Return what an env file sets."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return dict(line.split("=", 1) for line in lines)


def documents() -> list[Path]:
    """Return all pages that people read."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def repository_files() -> list[Path]:
    """Return the repository's files, also those not committed yet; without git, what looks like them."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
        ).stdout.decode()
        found = [ROOT / name for name in listed.split("\0") if name]
    else:
        found = [each for each in ROOT.rglob("*") if not _is_foreign(each.relative_to(ROOT))]
    return [each for each in found if each.is_file()]


def code_of(page: Path) -> str:
    """Return what a page shows as code, in blocks and in lines."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    rest = re.sub(r"^```\w*\n.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return "\n".join([*blocks, *re.findall(r"`([^`]+)`", rest)])


def _is_foreign(path: Path) -> bool:
    return any(part in _NOT_OURS or part.endswith(("_cache", ".egg-info")) for part in path.parts)
