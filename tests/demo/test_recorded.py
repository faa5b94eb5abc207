"""A folder of recordings loads as one company: the newest of each object, bills numbered, nothing hidden."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from service.demo.calls import DemoError
from service.demo.recorded import Recording, number_bills, read_folder


def write(folder: Path, entity: str, name: str, content: Any) -> None:
    """Record an object."""
    (folder / entity).mkdir(exist_ok=True)
    (folder / entity / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


def test_folders_are_entities_and_others_are_named(tmp_path: Path) -> None:
    write(tmp_path, "billpayment", "a", {"Id": "1", "TotalAmt": 1.5})
    write(tmp_path, "vendor", "a", {"Vendor": {"Id": "1", "DisplayName": "Ash"}, "time": "now"})
    write(tmp_path, "webhooks", "a", {})

    recording = read_folder(tmp_path)

    assert recording.counts == {"BillPayment": 1, "Vendor": 1}
    assert recording.other_folders == ["webhooks"]
    assert recording.wrapped() == [
        {"BillPayment": {"Id": "1", "TotalAmt": Decimal("1.5")}},
        {"Vendor": {"Id": "1", "DisplayName": "Ash"}},
    ]


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_of_two_recordings_the_newer_is_kept(tmp_path: Path, order: tuple[str, str]) -> None:
    write(
        tmp_path, "bill", order[0], {"Id": "1", "MetaData": {"LastUpdatedTime": "2026-01-01T12:00:00-08:00"}}
    )
    newer = {"Id": "1", "MetaData": {"LastUpdatedTime": "2026-01-01T21:00:00+00:00"}}
    write(tmp_path, "bill", order[1], newer)

    recording = read_folder(tmp_path)

    assert recording.of("Bill") == [newer]
    assert recording.older == 1


def test_of_two_recordings_of_one_time_the_higher_token_is_kept() -> None:
    recording = Recording()
    for token in ("9", "10", "2"):
        recording.keep("Bill", {"Id": "1", "SyncToken": token})

    assert recording.of("Bill") == [{"Id": "1", "SyncToken": "10"}]
    assert recording.older == 2


def test_bills_without_a_number_get_one_that_is_free() -> None:
    recording = Recording()
    for id, number in (("2", "REC-1"), ("10", None), ("3", None)):
        recording.keep("Bill", {"Id": id, "DocNumber": number})

    assert number_bills(recording) == ["REC-2", "REC-3"]
    assert [bill["DocNumber"] for bill in recording.of("Bill")] == ["REC-1", "REC-2", "REC-3"]


@pytest.mark.parametrize("text", ["{", "[]", "\xff"])
def test_a_file_that_is_no_object_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "bill").mkdir()
    (tmp_path / "bill" / "odd.json").write_bytes(text.encode("latin-1"))

    with pytest.raises(DemoError, match=r"odd\.json"):
        read_folder(tmp_path)


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "webhooks", "a", {})

    with pytest.raises(DemoError, match="no folder of recorded objects"):
        read_folder(tmp_path)
