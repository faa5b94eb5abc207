"""The whole demo as its reader starts it, piped: real processes, its exit code and its last line."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.demo.objects import account, bill, vendor

LAST = re.compile(r"agreed: (\d+) records, explained: (\d+), unexplained: 0\Z")
LIMIT_SECONDS = 120


def demo(*arguments: str) -> str:
    """Run the demo; return what it wrote."""
    command = [sys.executable, "-m", "service.cli", "demo", *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", timeout=LIMIT_SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    assert "\x1b" not in done.stdout
    assert "✗" not in done.stdout
    return done.stdout


def test_the_sample_company_agrees_or_bears_a_reason() -> None:
    said = demo()

    last = LAST.match(said.splitlines()[-1])
    assert last is not None
    assert int(last[1]) > 200
    assert int(last[2]) > 30
    assert [line[0] for line in said.splitlines() if re.match(r"\d  ", line)] == [
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
    ]
    assert "✓ 111 bills wait for the preferences, and none was written" in said
    assert "✓ QuickBooks' journal shows 2 writes of ours, as many as it takes" in said
    assert "✓ STAY-1 stays in QuickBooks" in said
    assert "✓ of STAY-1 0.00 is open on both sides" in said
    assert "✓ nothing changed: 1 read, 0 writes" in said


def test_recorded_objects_agree_or_bear_a_reason(tmp_path: Path) -> None:
    recorded = {
        "account": [account("7"), account("8", Name="Cash", AccountType="Bank")],
        "vendor": [vendor("3")],
        "bill": [bill("9"), bill("10", DocNumber=None), bill("11", DocNumber="A-3", Balance=0)],
    }
    recorded["bill"].append(bill("12", DocNumber="A-4", VendorRef={"value": "99"}))
    for entity, objects in recorded.items():
        (tmp_path / entity).mkdir()
        for each in objects:
            (tmp_path / entity / f"{each['Id']}.json").write_text(json.dumps(each), encoding="utf-8")

    said = demo("--load", str(tmp_path), "--numbers", "keep")

    assert LAST.match(said.splitlines()[-1])
    assert "Recorded bills without a number: 1. They get none" in said
    assert "parent_not_synced" in said


def test_a_folder_that_is_not_there_is_refused() -> None:
    command = [sys.executable, "-m", "service.cli", "demo", "--load", "no-such-folder"]

    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)

    assert done.returncode == 2
    assert "no-such-folder" in done.stderr
