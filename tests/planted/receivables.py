"""Mistakes about what customers owe, merges, credit memos, and what a reconcile says of it all."""

from tests.planted.mistake import ENGINE, Edit, Mistake, pytest_of

RULES = pytest_of("tests/core/test_rules.py")
TRANSLATED = pytest_of("tests/quickbooks/translate")
RECEIVED = pytest_of("tests/sync/test_receipts.py")
MERGED = pytest_of("tests/sync/test_merges.py")
RECONCILED = pytest_of("tests/sync/test_reconcile.py", "tests/reconcile")

RECEIVING = (
    Mistake(
        "invoice_overpaid",
        "A payment is sent on an invoice that is paid in QuickBooks.",
        (
            Edit(
                "service/core/rules/balances.py",
                "    found = _first_exceeded(candidate, Kind.BILL, Kind.INVOICE)\n",
                "    found = _first_exceeded(candidate, Kind.BILL)\n",
            ),
        ),
        RULES,
    ),
    Mistake(
        "foreign_shares_dropped",
        "What a payment in QuickBooks uses of credit memos is left out of its amount.",
        (
            Edit(
                "service/quickbooks/translate/payments.py",
                '{"unmapped": tuple(each for each in found if each.entity not in ours),',
                '{"unmapped": (),',
            ),
        ),
        TRANSLATED,
    ),
    Mistake(
        "deposited_elsewhere",
        "A payment of an invoice ignores the account that the preferences name.",
        (
            Edit(
                "service/core/payments.py",
                "        return Funding(account=preferences.deposit_to_account, preference=",
                "        return Funding(account=preferences.default_bank_account, preference=",
            ),
        ),
        RECEIVED,
    ),
    Mistake(
        "credit_memo_said_twice",
        "A credit memo is reported again whenever somebody touches it.",
        (
            Edit(
                f"{ENGINE}/apply.py",
                "    is_told = planned.kind in NEVER_SYNCED and counterpart.code == planned.decision.code\n",
                "    is_told = False\n",
            ),
        ),
        RECEIVED,
    ),
    Mistake(
        "merge_not_followed",
        "What QuickBooks merged is archived here.",
        (
            Edit(
                f"{ENGINE}/pipeline.py",
                "    if run.began.merged and not run.preview:\n",
                "    if run.began.merged and run.preview:\n",
            ),
        ),
        MERGED,
    ),
    Mistake(
        "edit_taken_for_merge",
        "Bills that a person moved to another vendor make one of the two.",
        (
            Edit(
                f"{ENGINE}/merges.py",
                "        if old is None or old.sync_token != each.sync_token:\n",
                "        if old is None:\n",
            ),
        ),
        MERGED,
    ),
    Mistake(
        "refused_repeat_is_final",
        "That a repeat is refused is taken for the end of the first request.",
        (
            Edit(
                f"{ENGINE}/answers.py",
                "    if sent.first_sent_at is None or row.action != Write.CREATE:\n",
                "    if sent.first_sent_at is None or row.action == Write.CREATE:\n",
            ),
        ),
        pytest_of("tests/sync/test_resending.py"),
    ),
    Mistake(
        "drift_not_decided",
        "A reconcile tells of drift and leaves it.",
        (
            Edit(
                f"{ENGINE}/examine.py",
                "    anew = [each.found for each in compared if _is_unheard_of(each)]\n",
                "    anew = [each.found for each in compared if _is_unheard_of(each)][:0]\n",
            ),
        ),
        RECONCILED,
    ),
    Mistake(
        "balances_not_compared",
        "A reconcile passes over balances that differ.",
        (
            Edit(
                f"{ENGINE}/examine.py",
                "    if apart:\n        targets",
                "    if False:\n        targets",
            ),
        ),
        RECONCILED,
    ),
)
