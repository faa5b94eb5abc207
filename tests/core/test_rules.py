"""Each rule lets pass what it should, and says of the rest what a person can do."""

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from service.core.payments import Application, Funding, Target
from service.core.policy import (
    AccountProfile,
    ClassTracking,
    CreditApplication,
    Facts,
    Flow,
    Policy,
    Preferences,
)
from service.core.records import (
    Account,
    Approval,
    Bill,
    BillLine,
    BillPayment,
    CreditMemo,
    Customer,
    Invoice,
    InvoiceLine,
    InvoicePayment,
    Item,
    Kind,
    Method,
    PaidBill,
    PaidInvoice,
    UsedCredit,
    Vendor,
)
from service.core.references import Reference
from service.core.rules import (
    RULES,
    Candidate,
    Gate,
    Standing,
    codes_depending_on,
    first_objection,
    judge_all,
)

IN, OUT = Gate.INTO_PLATFORM, Gate.INTO_QUICKBOOKS
BILL = Bill(
    vendor="41",
    issued_on=dt.date(2026, 3, 2),
    number="4711",
    currency="USD",
    lines=(BillLine(id="1", amount=Decimal("100.00"), account="61"),),
)


INVOICE = Invoice(
    customer="58",
    issued_on=dt.date(2026, 3, 2),
    currency="USD",
    lines=(InvoiceLine(id="1", amount=Decimal("100.00")),),
)
PAYMENT = BillPayment(
    vendor="41",
    paid_on=dt.date(2026, 3, 2),
    reference="77",
    currency="USD",
    lines=(PaidBill(bill="145", amount=Decimal("40.00")),),
)
RECEIPT = InvoicePayment(
    customer="58",
    received_on=dt.date(2026, 3, 2),
    reference="78",
    currency="USD",
    lines=(PaidInvoice(invoice="171", amount=Decimal("40.00")),),
)
MEMO = CreditMemo(customer="58", issued_on=dt.date(2026, 3, 2), number="1026", currency="USD")
HELD_INVOICE = Reference(Kind.INVOICE, "171")
USES = (UsedCredit(vendor_credit="c1", amount=Decimal("40.00")),)
HELD_BILL = Reference(Kind.BILL, "145")


def target(*applications: Application, there: str = "100.00", kind: Kind = Kind.BILL) -> tuple[Target, ...]:
    """A bill or credit of 100.00 that payment p1 takes 40.00 of."""
    mine = Application(payment="p1", amount=Decimal("40.00"), moves_money=False)
    return (
        Target(
            reference=Reference(kind, "b1"),
            label="bill B-1",
            amount=Decimal("100.00"),
            quickbooks_amount=Decimal("100.00"),
            quickbooks_balance=Decimal(there),
            applications=(mine, *applications),
        ),
    )


def rest(**fields: Any) -> Application:
    """What completes that bill."""
    return Application(payment="p2", amount=Decimal("60.00"), **fields)


def account(**fields: Any) -> Funding:
    """The account that a payment goes against."""
    return Funding(**({"account": "bank", "preference": "default_bank_account", "type": "Bank"} | fields))


DELETED = tuple(replace(each, deleted=True, quickbooks_balance=None) for each in target())


def candidate(kind: Kind = Kind.BILL, **changes: Any) -> Candidate:
    """A candidate that every rule lets pass, but for these changes.

    Names of fields of the bill, of preferences and of facts change those, others the candidate itself.
    """
    accounts = {"unallocated_expense_account": "acc-1", "unallocated_income_account": "acc-2"}
    chosen = accounts | _taken(changes, Preferences)
    facts = _taken(changes, Facts)
    document: Any = {
        Kind.VENDOR: Vendor(name="Ash & Co"),
        Kind.ACCOUNT: Account(name="Fees", type="Expense"),
        Kind.CUSTOMER: Customer(name="Birch Bakery"),
        Kind.ITEM: Item(name="Flour", type="Service"),
        Kind.BILL_PAYMENT: PAYMENT,
        Kind.INVOICE: INVOICE,
        Kind.INVOICE_PAYMENT: RECEIPT,
        Kind.CREDIT_MEMO: MEMO,
    }.get(kind, BILL)
    if kind is Kind.INVOICE_PAYMENT:
        sold = target(kind=Kind.INVOICE)
        changes = {"id": "p1", "balance": None, "funding": account(), "targets": sold} | changes
    if kind is Kind.BILL_PAYMENT:
        changes = {"id": "p1", "balance": None, "funding": account(), "targets": target()} | changes
    document = replace(document, **_taken(changes, type(document), but=("currency",)))
    return Candidate(
        **{
            "kind": kind,
            "document": document,
            "policy": Policy(
                profile=AccountProfile.TWO_WAY, preferences=Preferences(**chosen), facts=Facts(**facts)
            ),
            "currency": "USD",
            "balance": Decimal("100.00"),
        }
        | changes
    )


def _taken(changes: dict[str, Any], struct: Any, but: tuple[str, ...] = ()) -> dict[str, Any]:
    names = [name for name in struct.__struct_fields__ if name in changes and name not in but]
    return {name: changes.pop(name) for name in names}


def lines(*amounts: str) -> tuple[BillLine, ...]:
    return tuple(BillLine(amount=Decimal(amount)) for amount in amounts)


CLASSED = (BillLine(amount=Decimal("5.00"), account="61", accounting_class="7"),)
LOCATED = tuple(BillLine(amount=Decimal("5.00"), account="61", location=each) for each in ("1", "2"))
PAID = {"kind": Kind.BILL_PAYMENT}
RECEIVED = {"kind": Kind.INVOICE_PAYMENT}
SOLD = {"kind": Kind.INVOICE}
SOLD_AS = (
    InvoiceLine(amount=Decimal("5.00"), item="7"),
    InvoiceLine(amount=Decimal(0), description="Thanks"),
)
NO_VENDOR = (Reference(Kind.VENDOR, "v-9"),)
CASES = [
    ("direction", IN, Standing.SKIP, {"transactions_direction": Flow.TO_QUICKBOOKS}),
    ("direction", OUT, Standing.SKIP, {"transactions_direction": Flow.TO_PLATFORM}),
    ("not_unpaid", IN, Standing.SKIP, {"balance": Decimal("0")}),
    ("not_unpaid", IN, Standing.SKIP, {"balance": Decimal("99.99")}),
    ("zero_amount", OUT, Standing.SKIP, {"lines": lines("5.00", "-5.00")}),
    ("currency_not_usd", IN, Standing.SKIP, {"currency": "EUR"}),
    ("currency_not_usd", OUT, Standing.SKIP, {"currency": "EUR"}),
    ("vendor_currency", IN, Standing.SKIP, {"party_currency": "EUR"}),
    ("vendor_currency", OUT, Standing.SKIP, {"party_currency": "EUR"}),
    ("number_missing", IN, Standing.SKIP, {"number": None}),
    ("number_missing", OUT, Standing.SKIP, {"number": ""}),
    ("preferences_missing", IN, Standing.HOLD, {"unallocated_expense_account": None}),
    ("preferences_missing", OUT, Standing.HOLD, {"unallocated_expense_account": None}),
    ("not_approved", OUT, Standing.HOLD, {"only_approved": True}),
    ("not_approved", OUT, Standing.HOLD, {"only_approved": True, "approval": Approval.DENIED}),
    ("books_closed", OUT, Standing.HOLD, {"books_closed_on": dt.date(2026, 3, 2)}),
    ("parent_not_synced", IN, Standing.HOLD, {"unlinked": NO_VENDOR}),
    ("parent_not_synced", OUT, Standing.HOLD, {"unlinked": NO_VENDOR}),
    ("parent_not_synced", IN, Standing.HOLD, {"unsupported": ("item 5",)}),
    ("voided", IN, Standing.SKIP, {"voided": True}),
    ("feature_off", OUT, Standing.HOLD, {"location": "hall", "location_tracking": False}),
    ("feature_off", OUT, Standing.HOLD, {"lines": CLASSED, "class_tracking": ClassTracking.OFF}),
    ("feature_off", OUT, Standing.HOLD, {"lines": CLASSED, "class_tracking": ClassTracking.TRANSACTION}),
    ("locations_differ", OUT, Standing.HOLD, {"lines": LOCATED}),
    ("project", OUT, Standing.HOLD, {"kind": Kind.CUSTOMER, "project": True}),
    ("item_type", OUT, Standing.HOLD, {"kind": Kind.ITEM, "type": "Inventory"}),
    ("pays_nothing_here", IN, Standing.SKIP, PAID | {"unheld": (HELD_BILL,)}),
    ("direction", IN, Standing.SKIP, PAID | {"bill_payment_direction": Flow.TO_QUICKBOOKS}),
    ("sync_off", OUT, Standing.SKIP, PAID | {"sync": False}),
    ("preferences_missing", OUT, Standing.HOLD, PAID | {"funding": account(type=None)}),
    ("payment_account", OUT, Standing.HOLD, PAID | {"funding": account(archived=True)}),
    ("payment_account", OUT, Standing.HOLD, PAID | {"funding": account(type="Expense")}),
    (
        "payment_account",
        OUT,
        Standing.HOLD,
        PAID | {"method": Method.ONLINE, "funding": account(type="Credit Card")},
    ),
    ("books_closed", OUT, Standing.HOLD, PAID | {"books_closed_on": dt.date(2026, 3, 2)}),
    ("paid_twice", OUT, Standing.HOLD, PAID | {"targets": target(there="39.99")}),
    ("paid_twice", OUT, Standing.HOLD, PAID | {"targets": target(rest(coming=True), there="99.99")}),
    (
        "credit_used_in_quickbooks",
        OUT,
        Standing.HOLD,
        PAID | {"targets": target(there="39.99", kind=Kind.VENDOR_CREDIT)},
    ),
    ("paid_document_deleted", OUT, Standing.HOLD, PAID | {"targets": DELETED}),
    ("not_unpaid", IN, Standing.SKIP, SOLD | {"number": "1038", "balance": Decimal("40.00")}),
    ("customer_currency", IN, Standing.SKIP, SOLD | {"party_currency": "EUR"}),
    ("customer_currency", OUT, Standing.SKIP, SOLD | {"party_currency": "EUR"}),
    ("number_missing", IN, Standing.SKIP, SOLD),
    ("number_missing", OUT, Standing.SKIP, SOLD | {"custom_sales_numbers": True}),
    ("number_set_by_quickbooks", OUT, Standing.HOLD, SOLD | {"number": "1038"}),
    (
        "before_import",
        IN,
        Standing.SKIP,
        SOLD | {"number": "1038", "invoice_import_since": dt.date(2026, 3, 3)},
    ),
    ("credit_memo", IN, Standing.SKIP, {"kind": Kind.CREDIT_MEMO}),
    ("direction", IN, Standing.SKIP, RECEIVED | {"invoice_payment_direction": Flow.TO_QUICKBOOKS}),
    ("pays_nothing_here", IN, Standing.SKIP, RECEIVED | {"unheld": (HELD_INVOICE,)}),
    ("sync_off", OUT, Standing.SKIP, RECEIVED | {"sync": False}),
    ("customer_currency", OUT, Standing.SKIP, RECEIVED | {"party_currency": "EUR"}),
    ("preferences_missing", OUT, Standing.HOLD, RECEIVED | {"funding": account(type=None)}),
    ("payment_account", OUT, Standing.HOLD, RECEIVED | {"funding": account(type="Credit Card")}),
    ("payment_account", OUT, Standing.HOLD, RECEIVED | {"funding": account(archived=True)}),
    (
        "payment_account",
        OUT,
        Standing.HOLD,
        RECEIVED | {"method": Method.ONLINE, "funding": account(type="Other Current Asset")},
    ),
    ("books_closed", OUT, Standing.HOLD, RECEIVED | {"books_closed_on": dt.date(2026, 3, 2)}),
    ("paid_twice", OUT, Standing.HOLD, RECEIVED | {"targets": target(there="39.99", kind=Kind.INVOICE)}),
    ("preferences_missing", IN, Standing.HOLD, SOLD | {"number": "1", "unallocated_income_account": None}),
    ("preferences_missing", OUT, Standing.HOLD, SOLD | {"unallocated_income_account": None}),
    ("credit_waits_for_bill", OUT, Standing.HOLD, PAID | {"credits": USES}),
    ("credit_waits_for_bill", OUT, Standing.HOLD, PAID | {"credits": USES, "targets": target(rest())}),
]
PASSING = [
    (IN, {}),
    (OUT, {}),
    (IN, {"linked": True, "transactions_direction": Flow.TO_QUICKBOOKS}),
    (OUT, {"transactions_direction": Flow.TO_QUICKBOOKS}),
    (IN, {"transactions_direction": Flow.TO_PLATFORM}),
    (IN, {"linked": True, "balance": Decimal("0")}),
    (IN, {"balance": None}),
    (IN, {"lines": lines("5.00", "-5.00"), "balance": Decimal("0.00")}),
    (OUT, {"linked": True, "lines": lines("5.00", "-5.00")}),
    (OUT, {"lines": lines(), "tax": Decimal("1.00")}),
    (OUT, {"party_currency": "USD"}),
    (OUT, {"party_currency": None}),
    (OUT, {"linked": True, "unallocated_expense_account": None}),
    (IN, {"linked": True, "unallocated_expense_account": None}),
    (OUT, {"only_approved": True, "approval": Approval.APPROVED}),
    (OUT, {"only_approved": True, "linked": True}),
    (IN, {"only_approved": True}),
    (OUT, {"approval": Approval.DENIED}),
    (OUT, {"books_closed_on": dt.date(2026, 3, 1)}),
    (IN, {"books_closed_on": dt.date(2026, 12, 31)}),
    (OUT, {"books_closed_on": dt.date(2026, 12, 31), "issued_on": None}),
    (OUT, {"lines": CLASSED, "class_tracking": ClassTracking.LINE}),
    (OUT, {"lines": CLASSED, "class_tracking": ClassTracking.UNKNOWN}),
    (OUT, {"location": "hall", "location_tracking": None}),
    (OUT, {"kind": Kind.CUSTOMER}),
    (IN, {"kind": Kind.CUSTOMER, "project": True}),
    (OUT, {"kind": Kind.ITEM}),
    (IN, {"kind": Kind.ITEM, "type": "Inventory"}),
    (OUT, SOLD),
    (OUT, SOLD | {"number": "1038", "custom_sales_numbers": True}),
    (OUT, SOLD | {"number": "1038", "linked": True}),
    (OUT, SOLD | {"linked": True, "lines": SOLD_AS, "unallocated_income_account": None}),
    (IN, SOLD | {"number": "1038", "invoice_import_since": dt.date(2026, 3, 2)}),
    (IN, SOLD | {"number": "1038", "linked": True, "invoice_import_since": dt.date(2026, 3, 3)}),
    (IN, SOLD | {"number": "1038", "unallocated_expense_account": None}),
    (IN, PAID),
    (OUT, PAID),
    (OUT, PAID | {"funding": account(type="Credit Card")}),
    (IN, RECEIVED),
    (OUT, RECEIVED),
    (OUT, RECEIVED | {"funding": account(type="Other Current Asset")}),
    (OUT, RECEIVED | {"targets": target(there="40.00", kind=Kind.INVOICE)}),
    (IN, RECEIVED | {"linked": True, "unheld": (HELD_INVOICE,)}),
    (OUT, PAID | {"method": Method.ONLINE}),
    (OUT, PAID | {"targets": target(there="40.00")}),
    (OUT, PAID | {"targets": target(rest(coming=True), there="100.00")}),
    (OUT, PAID | {"linked": True, "targets": target(there="0.00"), "sync": False}),
    (OUT, PAID | {"credits": USES, "targets": target(rest(linked=True))}),
    (OUT, PAID | {"credits": USES, "targets": target(rest(coming=True))}),
    (OUT, PAID | {"credits": USES, "targets": target(rest(sync=False))}),
    (OUT, PAID | {"credits": USES, "partial_credit_application": CreditApplication.IMMEDIATE}),
]


def _name(value: Any) -> str | None:
    return "-".join(value) if isinstance(value, dict) and value else None


@pytest.mark.parametrize(("code", "gate", "standing", "changes"), CASES, ids=_name)
def test_a_rule_stops_what_it_is_about_and_says_why_and_what_to_do(code, gate, standing, changes) -> None:
    stopped = candidate(**changes)

    found = first_objection(stopped, gate)

    assert found is not None
    assert found[0] == code
    verdict = found[1]
    assert verdict.standing is standing
    assert verdict.reason.startswith(stopped.label)
    assert verdict.reason.endswith(".")
    assert verdict.fix.endswith(".")


@pytest.mark.parametrize(("gate", "changes"), PASSING, ids=_name)
def test_a_rule_lets_pass_what_it_is_not_about(gate, changes) -> None:
    assert first_objection(candidate(**changes), gate) is None


def test_every_rule_is_met_by_a_case() -> None:
    met = {(code, gate) for code, gate, _, _ in CASES}

    assert met == {(rule.code, gate) for rule in RULES for gate in (IN, OUT) if rule.gates & gate}


@pytest.mark.parametrize("gate", [IN, OUT])
@pytest.mark.parametrize("kind", [Kind.VENDOR, Kind.CUSTOMER, Kind.ACCOUNT])
def test_list_entries_are_stopped_by_nothing_but_a_missing_parent(kind, gate) -> None:
    worst = candidate(
        kind,
        transactions_direction=Flow.TO_QUICKBOOKS,
        currency="EUR",
        unallocated_expense_account=None,
        only_approved=True,
        books_closed_on=dt.date(2030, 1, 1),
    )

    assert first_objection(worst, gate) is None
    assert first_objection(replace(worst, unlinked=NO_VENDOR), gate)[0] == "parent_not_synced"


def test_how_things_are_comes_before_what_has_to_be_mended() -> None:
    hopeless = candidate(
        currency="EUR",
        number=None,
        unallocated_expense_account=None,
        only_approved=True,
        books_closed_on=dt.date(2030, 1, 1),
        unlinked=NO_VENDOR,
    )

    codes = [
        judged.code for judged in judge_all(hopeless, OUT) if judged.verdict.standing is not Standing.PASS
    ]

    expected = ["currency_not_usd", "number_missing", "preferences_missing", "not_approved", "books_closed"]
    assert codes == [*expected, "parent_not_synced"]
    assert first_objection(hopeless, OUT)[0] == codes[0]


@pytest.mark.parametrize("gate", [IN, OUT])
def test_explain_shows_every_rule_of_its_gate_passed_or_not(gate) -> None:
    judged = judge_all(candidate(), gate)

    mine = [rule for rule in RULES if rule.gates & gate and Kind.BILL in rule.applies_to]
    assert [each.code for each in judged] == [rule.code for rule in mine]
    assert {each.verdict.standing for each in judged} == {Standing.PASS}
    assert all(each.sentence.endswith(".") and "\n" not in each.sentence for each in judged)


def test_a_kind_has_one_rule_for_a_code_and_a_gate() -> None:
    counted = Counter(
        (kind, rule.code, gate)
        for rule in RULES
        for kind in rule.applies_to
        for gate in (IN, OUT)
        if rule.gates & gate
    )

    assert counted.most_common(1)[0][1] == 1


def test_rules_depend_on_preferences_and_facts_that_exist() -> None:
    known = {*Preferences.__struct_fields__, *Facts.__struct_fields__}

    assert set().union(*(rule.depends_on for rule in RULES)) <= known


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"transactions_direction": Flow.TO_QUICKBOOKS}, "direction"),
        ({"unallocated_expense_account": None}, "preferences_missing"),
        ({"only_approved": True}, "not_approved"),
        ({"books_closed_on": dt.date(2030, 1, 1)}, "books_closed"),
    ],
    ids=_name,
)
def test_a_preference_or_fact_that_turns_a_verdict_is_among_what_the_rule_depends_on(change, code) -> None:
    verdicts = [
        {judged.code: judged.verdict.standing for gate in (IN, OUT) for judged in judge_all(each, gate)}
        for each in (candidate(), candidate(**change))
    ]

    turned = {name for name in verdicts[0] if verdicts[0][name] != verdicts[1][name]}

    assert turned <= {code}
    assert code in codes_depending_on(change)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("transactions_direction", {"direction", "changed_in_quickbooks", "removed_in_quickbooks"}),
        ("conflict", {"both_changed"}),
    ],
)
def test_what_a_decision_alone_holds_is_asked_again_when_its_preference_changes(name, codes) -> None:
    assert set(codes_depending_on([name])) == codes


def test_nothing_depends_on_what_no_rule_names() -> None:
    assert codes_depending_on(["company_name", "sync_automatically"]) == {}
    assert codes_depending_on([]) == {}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"balance": Decimal("0")}, "Bill 4711 was already paid"),
        ({"balance": Decimal("5")}, "Bill 4711 was already partly paid"),
        ({"currency": "EUR"}, "Bill 4711 is in EUR"),
        ({"unlinked": NO_VENDOR}, "vendor v-9"),
        ({"unlinked": NO_VENDOR, "parent_reason": "Its name is taken."}, "Its name is taken."),
        ({"unsupported": ("item 5",)}, "item 5"),
    ],
    ids=_name,
)
def test_a_reason_names_what_stands_in_the_way(changes, words) -> None:
    assert words in first_objection(candidate(**changes), IN)[1].reason


def test_a_reason_that_is_about_a_field_names_one_that_callers_know() -> None:
    fields = {
        judged.verdict.field
        for code, gate, _, changes in CASES
        for judged in judge_all(candidate(**changes), gate)
        if judged.verdict.field
    }

    documents = (Bill, BillPayment, Invoice, InvoicePayment, Item)
    known = {name for each in documents for name in each.__struct_fields__}
    known |= {*Preferences.__struct_fields__, "amount", "class", "vendor_credit", "bill"}
    assert fields <= known


def test_verdicts_can_be_stored() -> None:
    verdict = first_objection(candidate(number=None), OUT)[1]

    assert msgspec.json.decode(msgspec.json.encode(verdict))["standing"] == "skip"
