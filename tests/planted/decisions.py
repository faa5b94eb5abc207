"""Mistakes about what is decided: merging, removals, brakes, echoes, leases, what is still under way."""

from tests.planted.mistake import CRASH, ENGINE, SIMULATION, Edit, Mistake, pytest_of

TABLE = "tests/core/test_decide_table.py"
MERGE, DECIDE = "service/core/merge.py", "service/core/decide.py"
PLAN, APPLY, ACKNOWLEDGE = (f"{ENGINE}/{name}.py" for name in ("plan", "apply", "acknowledge"))
_RECREATED = "        anew = replace(record, content=_numbered_anew(record.content, policy))"

DECISIONS = (
    Mistake(
        "last_write_wins",
        "Of two values QuickBooks' is taken, even if only the platform's was edited.",
        (
            Edit(
                MERGE,
                "    if has_base and theirs == before:\n        return ours\n",
                "    if has_base and theirs == before:\n        return theirs\n",
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "loser_not_kept",
        "The value that gives way in a conflict is thrown away without a word.",
        (
            Edit(
                MERGE,
                "    conflicts.append(FieldConflict(name, before, ours, theirs, keep))\n",
                "    if keep is Keep.ASK:\n"
                "        conflicts.append(FieldConflict(name, before, ours, theirs, keep))\n",
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "amounts_added_up",
        "Two people's corrections of an amount, in the lines and in the tax, are added up.",
        (
            Edit(
                MERGE,
                "    as_one = _both_moved_money(base, platform, quickbooks)\n",
                "    as_one = False\n",
            ),
        ),
        pytest_of("tests/core/test_merge_lines.py"),
    ),
    Mistake(
        "removal_undone",
        "A bill that somebody deleted in QuickBooks is created there again.",
        (
            Edit(
                DECIDE,
                f"    if pair.instruction is Instruction.RECREATE:\n{_RECREATED}",
                f"    if pair.instruction is not Instruction.ACCEPT:\n{_RECREATED}",
            ),
        ),
        pytest_of(TABLE),
    ),
    Mistake(
        "removal_beats_edit",
        "A delete in QuickBooks archives a record that was edited here since.",
        (
            Edit(
                DECIDE,
                "        if changed_fields(pair.kind, base, record.content):\n",
                "        if False:\n",
            ),
        ),
        pytest_of(TABLE),
    ),
    Mistake(
        "brake_ignored",
        "Many removals at once are carried out like one.",
        (
            Edit(
                "service/core/plan.py",
                "    return removals > BRAKE_FLOOR and removals * BRAKE_SHARE > links\n",
                "    return False\n",
            ),
        ),
        pytest_of("tests/core/test_plan.py"),
    ),
    Mistake(
        "in_flight_decided",
        "A pair is decided while a write of it is under way.",
        (
            Edit(
                PLAN,
                "        if (kind, row.id) in run.in_flight or (kind, row.id) in run.met:\n",
                "        if (kind, row.id) in run.met:\n",
            ),
            Edit(
                PLAN,
                "        if record is not None and (kind, record.id) in run.in_flight:\n",
                "        if False:\n",
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "base_is_what_was_sent",
        "After a write the base is what we sent, not what QuickBooks made of it: its echo is an edit.",
        (
            Edit(
                ACKNOWLEDGE,
                "    base = _held_back(content, old_base, held)\n",
                "    base = _held_back(decode(kind, operation.wanted), old_base, held)\n",
            ),
        ),
        pytest_of("tests/sync/test_edits.py"),
    ),
    Mistake(
        "edit_meanwhile_forgotten",
        "A record that was edited while it was written to QuickBooks counts as decided.",
        (
            Edit(
                ACKNOWLEDGE,
                '            "undecided": moved_meanwhile,\n',
                '            "undecided": False,\n',
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "decided_before_written",
        "A record counts as decided as soon as its write is planned.",
        (Edit(APPLY, '        "undecided": waiting,\n', '        "undecided": False,\n'),),
        CRASH,
    ),
    Mistake(
        "fence_ignored",
        "A run whose lease is gone goes on.",
        (
            Edit(
                "service/store/leases.py",
                "    if connection.execute(_RENEW, _binds(held)).rowcount != 1:\n",
                "    if connection.execute(_RENEW, _binds(held)).rowcount > 1:\n",
            ),
        ),
        SIMULATION,
    ),
)
