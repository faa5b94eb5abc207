"""Mistakes about money: a bill paid twice, a credit used twice, a void or a payment that comes back."""

from tests.planted.mistake import ENGINE, Edit, Mistake, pytest_of

APPLY, PUSH = f"{ENGINE}/apply.py", f"{ENGINE}/push.py"
MATCH, BALANCES = "service/core/match.py", "service/core/rules/balances.py"
DECIDE = "service/core/decide_payment.py"
PAYMENTS = pytest_of("tests/sync/test_payments.py")

PAYING = (
    Mistake(
        "paid_where_it_was_paid",
        "A payment is sent on a bill that is paid in QuickBooks.",
        (
            Edit(
                BALANCES,
                "candidate, Kind.BILL, Kind.INVOICE)\n    if found is None:\n",
                "candidate, Kind.BILL, Kind.INVOICE)\n    if found is None or candidate.id:\n",
            ),
        ),
        PAYMENTS,
    ),
    Mistake(
        "payment_echoed",
        "A payment made in QuickBooks is taken for one of ours, and sent.",
        (
            Edit(
                APPLY,
                "    batch.links.append(_new_base(planned, record, decision.base or decision.content))\n",
                "    if not isinstance(document, BillPayment):\n"
                "        batch.links.append(_new_base(planned, record, decision.base or decision.content))\n",
            ),
            Edit(
                APPLY,
                '            "undecided": False,\n            "level": counterpart.level,\n',
                '            "undecided": isinstance(document, BillPayment),\n'
                '            "level": counterpart.level,\n',
            ),
        ),
        PAYMENTS,
    ),
    Mistake(
        "void_replayed",
        "What is voided on both sides is voided again.",
        (
            Edit(
                DECIDE,
                "    if record.is_gone and counterpart.is_gone:\n",
                "    if record.is_gone and counterpart.deleted:\n",
            ),
            Edit(
                DECIDE,
                "    if counterpart.is_gone:\n        return _gone_there",
                "    if counterpart.is_gone and not record.is_gone:\n        return _gone_there",
            ),
        ),
        PAYMENTS,
    ),
    Mistake(
        "credit_applied_twice",
        "A credit that somebody applied by hand in QuickBooks is applied once more.",
        (
            Edit(
                MATCH,
                "    if amount_of(here) == ZERO:\n        return True\n",
                "    if amount_of(here) == ZERO:\n        return False\n",
            ),
        ),
        PAYMENTS,
    ),
    Mistake(
        "credit_before_its_bill",
        "A credit is applied although the payment that completes its bill was refused.",
        (
            Edit(
                PUSH,
                "    rows = _withdraw_early(connection, run, rows) if level == APPLICATIONS else rows\n",
                "",
            ),
        ),
        PAYMENTS,
    ),
)
