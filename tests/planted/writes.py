"""Mistakes about writes: the ledger, unknown outcomes, what is sent and how."""

from tests.planted.mistake import CRASH, ENGINE, SIMULATION, Edit, Mistake, pytest_of

PUSH, ANSWERS, RECOVER = (f"{ENGINE}/{name}.py" for name in ("push", "answers", "recover"))
ACKNOWLEDGE, CLIENT = f"{ENGINE}/acknowledge.py", "service/quickbooks/client.py"
RESENT = "tests/sync/test_resending.py"

_FREEZE = """    ledger.freeze(
        connection,
        run.company,
        run.sync,
        requests=requests,
        operations=operations,
        quickbooks_time=run.last_answer or run.now(),
    )
    return requests
"""
_UNWRITTEN = """    run.unwritten = {
        "requests": requests,
        "operations": operations,
        "quickbooks_time": run.last_answer or run.now(),
    }
    return requests
"""
_WRITTEN = """    later = run.__dict__.pop("unwritten", None)
    if later:
        await run.essential_transaction(
            lambda connection: ledger.freeze(connection, run.company, run.sync, **later)
        )
    await record_answers(run, requests)
"""
_UNKNOWN = "ledger.mark_unknown(connection, run.company, [sent.batch], sent.unknown.detail)"
_BELIEVED = f"""            {_UNKNOWN}
            for row in mine:
                if row.action == Write.UPDATE:
                    kind = Kind(row.kind)
                    base = links.NewBase(kind, row.record, row.qbo_id, decode(kind, row.wanted), "")
                    links.write(connection, run.company, [base], now)
"""
_LATE_LINKS = """    if late := run.__dict__.pop("late", []):
        await run.essential_transaction(
            lambda connection: links.write(connection, run.company, late, run.now())
        )
"""

WRITES = (
    Mistake(
        "wire_before_intent",
        "The request goes out before its intent is committed.",
        (
            Edit(PUSH, _FREEZE, _UNWRITTEN),
            Edit(PUSH, "    await record_answers(run, requests)\n", _WRITTEN),
        ),
        CRASH,
    ),
    Mistake(
        "fresh_request_id",
        "A request is sent again under a new id.",
        (Edit(RECOVER, "request_id=batch.id,", "request_id=run.services.ids.request(),"),),
        SIMULATION,
    ),
    Mistake(
        "request_id_cut_short",
        "Request ids are so short that two requests share one.",
        (Edit("service/core/ids.py", 'return f"{bits:032x}"', 'return f"{bits:032x}"[:2]'),),
        pytest_of("tests/core/test_ids.py"),
    ),
    Mistake(
        "body_not_frozen",
        "What is sent again is written anew instead of taken from the ledger.",
        (
            Edit(
                RECOVER,
                "        body=batch.body,\n",
                "        body=msgspec.json.encode(msgspec.json.decode(batch.body)),\n",
            ),
        ),
        pytest_of(RESENT),
    ),
    Mistake(
        "server_error_is_final",
        "A 5xx, or QuickBooks' internal error, is taken for a refusal.",
        (
            Edit(CLIENT, "        if reply.status >= 500 or any(", "        if not reply.faults and any("),
            Edit(
                ANSWERS,
                "            if rule.recovery is Recovery.RETRY or ",
                "            if (rule.recovery is Recovery.RETRY and not item.faults) or ",
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "cleared_on_5xx",
        "An operation is given up on a 5xx, as if nothing had been applied.",
        (
            Edit(
                CLIENT,
                'raise OutcomeUnknownError(f"HTTP {reply.status}, fault {codes}", intuit_tid=',
                'raise NotSentError(f"HTTP {reply.status}, fault {codes}", intuit_tid=',
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "cleared_on_timeout",
        "An operation is given up where no answer came, as if nothing had been applied.",
        (
            Edit(
                CLIENT,
                "            raise OutcomeUnknownError(str(error)) from error\n",
                "            raise NotSentError(str(error)) from error\n",
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "link_and_base_apart",
        "An operation is done in one commit, its link and base follow in another.",
        (
            Edit(
                ACKNOWLEDGE,
                "    links.write(connection, run.company, writes.links, now)\n",
                '    run.__dict__.setdefault("late", []).extend(writes.links)\n',
            ),
            Edit(
                ANSWERS,
                "    if follow.reread:\n",
                _LATE_LINKS + "    if follow.reread:\n",
            ),
            Edit(
                ANSWERS,
                "from service.store import feed, ledger, pairs, runs\n",
                "from service.store import feed, ledger, links, pairs, runs\n",
            ),
            Edit(RECOVER, "    if again:\n", _LATE_LINKS + "    if again:\n"),
            Edit(
                RECOVER,
                "from service.store import ledger, pairs\n",
                "from service.store import ledger, links, pairs\n",
            ),
        ),
        CRASH,
    ),
    Mistake(
        "base_on_unknown",
        "The base moves although nobody knows whether the write was applied.",
        (
            Edit(
                ANSWERS,
                f"            {_UNKNOWN}\n",
                _BELIEVED,
            ),
            Edit(
                ANSWERS,
                "from service.store import feed, ledger, pairs, runs\n",
                "from service.store import feed, ledger, links, pairs, runs\n",
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "stale_version_forced",
        "What QuickBooks refuses as stale is sent again with the version that it has now, undecided.",
        (
            Edit(
                ANSWERS,
                '    state = "parked" if rule.recovery in PARKED else "rejected"\n',
                '    state = "parked" if rule.recovery in PARKED else "rejected"\n'
                '    state = "planned" if rule.recovery is Recovery.REREAD else state\n',
            ),
            Edit(
                PUSH,
                "    return row.qbo_id is not None and row.present_token != row.expected_token\n",
                "    return False\n",
            ),
            Edit(
                PUSH,
                '"SyncToken": str(row.expected_token)}',
                '"SyncToken": str(row.present_token)}',
            ),
            Edit(
                PUSH,
                "row.present_raw, row.expected_token)",
                "row.present_raw, row.present_token)",
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "whole_batch_again",
        "A batch is sent again whole although a part of it was found.",
        (
            Edit(
                RECOVER,
                "    untouched = len(case.missing) == len(msgspec.json.decode(case.batch.items))\n",
                "    untouched = True\n",
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "request_id_trusted_for_ever",
        "A request is sent again under its id however long ago QuickBooks may have forgotten it.",
        (Edit(RECOVER, "< TRUST_REQUEST_ID\n", "< TRUST_REQUEST_ID * 1000\n"),),
        pytest_of(RESENT),
    ),
    Mistake(
        "nobody_looks",
        "A request without an answer is believed to be applied, and nobody looks.",
        (
            Edit(
                RECOVER,
                "        if not case.missing:\n",
                "        if True:\n",
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "unknown_swallowed",
        "A sync that leaves writes of unknown outcome behind ends as one that succeeded.",
        (
            Edit(
                RECOVER,
                "    if await _any_unknown(run):\n        raise OutcomeStillUnknownError\n",
                "",
            ),
        ),
        pytest_of(RESENT),
    ),
    Mistake(
        "repeat_refused",
        "A repeat that is not let in is taken to say that the first request was not applied either.",
        (
            Edit(
                ANSWERS,
                "        elif sent.refused is not None and sent.again:\n",
                "        elif sent.refused is not None and False:\n",
            ),
        ),
        pytest_of(RESENT),
    ),
    Mistake(
        "marker_omitted",
        "New transactions don't bear our marker.",
        (
            Edit(
                "service/quickbooks/translate/table.py",
                "        if self.table.marker and marker:\n",
                "        if False:\n",
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "lines_left_out",
        "An update names only the lines that changed, and QuickBooks drops the others.",
        (
            Edit(
                "service/quickbooks/translate/expenses.py",
                '    return {"Line": write_lines(content.lines, '
                'before.get("Line") or (), _start, _fields)}\n',
                '    old = before.get("Line") or ()\n'
                "    lines = write_lines(content.lines, old, _start, _fields)\n"
                '    plain = operator.itemgetter("Amount", "DetailType")\n'
                '    known = [(each["Id"], *plain(each)) for each in old]\n'
                '    changed = [each for each in lines if (each.get("Id"), *plain(each)) not in known]\n'
                '    return {"Line": changed or lines}\n',
            ),
            Edit(
                "service/quickbooks/translate/expenses.py",
                "from typing import Any\n",
                "import operator\nfrom typing import Any\n",
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "cents_by_float",
        "Amounts pass through a float and lose a cent now and then.",
        (
            Edit(
                "service/core/records/amounts.py",
                "    return value.quantize(CENT)\n",
                "    return Decimal(int(float(value) * 100)) * CENT\n",
            ),
        ),
        SIMULATION,
    ),
    Mistake(
        "parents_last",
        "Children are sent before their parents.",
        (
            Edit(
                "service/core/plan.py",
                "        return APPLICATIONS if applies_credit else _RANK[kind]\n",
                "        return len(ORDER) - _RANK[kind]\n",
            ),
        ),
        pytest_of("tests/core/test_plan.py"),
    ),
    Mistake(
        "numbers_not_looked_up",
        "A bill is created although its number has turned up in QuickBooks.",
        (
            Edit(
                PUSH,
                "        taken += [keys[kind, each.match_key] for each in found "
                "if (kind, each.match_key) in keys]\n",
                "",
            ),
        ),
        pytest_of("tests/sync/test_edits.py"),
    ),
)
