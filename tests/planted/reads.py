"""Mistakes about reads: cursors, windows, deletes, versions, companies."""

from tests.planted.mistake import CRASH, ENGINE, SIMULATION, Edit, Mistake, pytest_of

OBSERVE, CURSOR = f"{ENGINE}/observe.py", "service/core/cursor.py"
COUNTERPARTS, PAIRS = "service/store/counterparts.py", "service/store/pairs.py"

_CHANGED = "    changed = await _read_changes(run, reads, since, steps) if reads.changed else None\n"
_EARLY = """    ahead = Position(next_since(run.first_answer or run.now()), None)
    early = dict.fromkeys(reads.changed, ahead)
    await run.essential_transaction(
        lambda connection: cursors.save(connection, run.company, early, run.now())
    )
"""

READS = (
    Mistake(
        "cursor_before_window",
        "The cursor is committed before what it passes is stored.",
        (Edit(OBSERVE, _CHANGED, _CHANGED + _EARLY),),
        CRASH,
    ),
    Mistake(
        "no_overlap",
        "A window begins where the last one ended: what a read saw late is lost.",
        (Edit(CURSOR, "    return first_answer - OVERLAP\n", "    return first_answer\n"),),
        SIMULATION,
    ),
    Mistake(
        "cut_ignored",
        "An answer of as many changes as QuickBooks gives is taken for all of them.",
        (Edit(CURSOR, "    return objects >= limit\n", "    return False\n"),),
        SIMULATION,
    ),
    Mistake(
        "absence_is_delete",
        "What a query doesn't show is taken for deleted.",
        (
            Edit(
                OBSERVE,
                "            row = await read_one(run, entity, each)\n            if row is None:\n",
                "            row = None\n            if row is None:\n",
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "tombstone_not_confirmed",
        "An object that a list of changes calls deleted is buried without asking for it.",
        (
            Edit(
                OBSERVE,
                "    alive = await ask_for(run, entity, sorted(linked))\n",
                "    alive: list[Raw] = []\n",
            ),
        ),
        pytest_of("tests/sync/test_edits.py"),
    ),
    Mistake(
        "older_replaces_newer",
        "Whatever was read last is stored, even if it is an older version.",
        (
            Edit(
                COUNTERPARTS,
                "        if before is not None and not _is_newer(each, before):\n",
                "        if before is not None and False:\n",
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "wrong_company",
        "A query for what is undecided forgets to name the company.",
        (
            Edit(
                PAIRS,
                '        _R.c.company == bindparam("company"),\n'
                '        _R.c.kind == bindparam("kind"),\n'
                "        _R.c.undecided,\n",
                '        _R.c.kind == bindparam("kind"),\n        _R.c.undecided,\n',
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "unreadable_swallowed",
        "An object that can't be read is passed over without a word.",
        (Edit(f"{ENGINE}/asking.py", "    if unreadable:\n", "    if False:\n"),),
        pytest_of("tests/sync/test_reading.py"),
    ),
    Mistake(
        "retry_after_ignored",
        "A throttled request is sent again after a second, whatever QuickBooks asked for.",
        (
            Edit(
                "service/quickbooks/exchange.py",
                '        asked = _retry_after(answer.headers.get("retry-after"), now)\n',
                "        asked = 1.0\n",
            ),
        ),
        pytest_of("tests/quickbooks/test_client_reads.py"),
    ),
    Mistake(
        "token_not_saved",
        "A refreshed token is used and not stored.",
        (
            Edit(
                f"{ENGINE}/tokens.py",
                "            saved = connections.save_tokens("
                "connection, self._cipher, self._company, fresh, now)\n",
                "            saved = True\n",
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "webhook_acknowledged_first",
        "A webhook is acknowledged although it could not be stored.",
        (
            Edit(
                "service/api/routes/webhooks.py",
                "    await context.store.run(lambda connection:"
                " inbox.put(connection, id=context.ids(), body=body, now=now))\n",
                "    import contextlib\n\n"
                "    with contextlib.suppress(Exception):\n"
                "        await context.store.run(lambda connection:"
                " inbox.put(connection, id=context.ids(), body=body, now=now))\n",
            ),
        ),
        pytest_of("tests/api/test_webhook_storing.py"),
    ),
)
