"""Somebody who decides for the company: its preferences, and what becomes of its issues."""

import random
from typing import Any

from msgspec.structs import replace

from service.core.actions import Action
from service.core.merge import Keep
from service.core.policy import CreditApplication, Flow, Preferences
from service.store import issue_actions, issues, preferences
from service.store.issue_actions import Choice
from service.store.issues import IssueFilter, StoredIssue
from service.store.refusals import RefusedError
from tests.simulation.chart import PAYING, RECEIVING
from tests.simulation.kinds import KINDS
from tests.simulation.kinds.payments import Payments
from tests.simulation.projection import Fields, atoms, differing, issue_values
from tests.simulation.site import Site

_SIDES = (Action.KEEP_PLATFORM, Action.KEEP_QUICKBOOKS)
_REMOVALS = (Action.RECREATE, Action.ACCEPT)
_CHOICES: dict[str, tuple[Action, ...]] = {
    "both_changed": _SIDES,
    "conflict_settled": _SIDES,
    "changed_in_quickbooks": _SIDES,
    "removed_in_quickbooks": _REMOVALS,
    "removed_there_changed_here": _REMOVALS,
    "removed_here_changed_there": _REMOVALS,
    "mass_removal": (Action.PROCEED,),
    "project": (Action.KEEP_QUICKBOOKS,),
    "payment_locked": (Action.KEEP_QUICKBOOKS,),
    "possible_duplicate": (Action.LINK, Action.PROCEED),
    "paid_in_quickbooks": (Action.RECORD_HERE,),
    "paid_twice": (Action.LINK, Action.RETRY),
    "credit_used_in_quickbooks": (Action.LINK, Action.RETRY),
}


class Owner:
    """The person who decides; each act returns whether something came of it."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @property
    def _chance(self) -> random.Random:
        return self._site.chance

    def set_unallocated(self) -> bool:
        """Choose the unallocated expense account: bills wait for it."""
        site = self._site
        accounts = [
            each
            for each in site.watch.standing("account")
            if KINDS["account"].is_free_here(each) and not each.archived
        ]
        if not accounts or site.preferences().unallocated_expense_account:
            return False
        accounts.sort(key=lambda each: site.name_here("account", each.id))
        return self._prefer(unallocated_expense_account=self._chance.choice(accounts).id)

    def set_unallocated_income(self) -> bool:
        """Choose the unallocated income account: invoices wait for it."""
        site = self._site
        accounts = [each for each in site.watch.standing("account") if each.document.name == "Sales"]  # type: ignore[union-attr]
        if not accounts or site.preferences().unallocated_income_account:
            return False
        return self._prefer(unallocated_income_account=accounts[0].id)

    def choose_bank(self) -> bool:
        """Choose the account that payments of bills go against if they name none."""
        return self._choose_account("default_bank_account", PAYING)

    def choose_deposit(self) -> bool:
        """Choose the account that customers' money comes into if payments name none."""
        return self._choose_account("deposit_to_account", RECEIVING)

    def _choose_account(self, preference: str, names: frozenset[str]) -> bool:
        site = self._site
        accounts = [each for each in site.watch.standing("account") if each.document.name in names]  # type: ignore[union-attr]
        if not accounts:
            return False
        accounts.sort(key=lambda each: site.name_here("account", each.id))
        chosen = self._chance.choice(accounts).id
        site.defaults[preference].add(chosen)
        return self._prefer(**{preference: chosen})

    def turn_payments(self, sort: Payments) -> bool:
        """Let payments of a sort come from QuickBooks, or not, whatever the account profile says."""
        now = getattr(self._site.preferences(), sort.direction)
        return self._prefer(**{sort.direction: Flow.BOTH if now != Flow.BOTH else Flow.TO_QUICKBOOKS})

    def turn_credits(self) -> bool:
        """Let credits be applied at once, or with the payment that completes their bill."""
        now = self._site.preferences().partial_credit_application
        hold, at_once = CreditApplication.HOLD, CreditApplication.IMMEDIATE
        self._site.credits_at_once = True
        return self._prefer(partial_credit_application=at_once if now is hold else hold)

    def turn_direction(self) -> bool:
        """Let transactions go to QuickBooks only, or both ways again."""
        now = self._site.preferences().transactions_direction
        return self._prefer(transactions_direction=Flow.BOTH if now != Flow.BOTH else Flow.TO_QUICKBOOKS)

    def turn_approval(self) -> bool:
        """Let bills wait for their approval, or not any more."""
        return self._prefer(only_approved=not self._site.preferences().only_approved)

    def choose_winner(self) -> bool:
        """Choose who wins conflicts over one kind."""
        kind = self._chance.choice([*KINDS, "bill"])
        keep = self._chance.choice(list(Keep))
        return self._prefer(conflict={**self._site.preferences().conflict, kind: keep})

    def _prefer(self, **changes: Any) -> bool:
        def write(connection: Any) -> Preferences:
            before = preferences.get(connection, self._site.company)
            chosen = replace(before.preferences, **changes)
            now = self._site.now()
            preferences.put(connection, self._site.company, chosen, before=before, now=now)
            return chosen

        self._site.at_once(write)
        words = ", ".join(f"{name} = {value}" for name, value in changes.items())
        self._site.tell(f"platform: preferences: {words}")
        return True

    def open_issues(self) -> list[StoredIssue]:
        """Return the issues that wait for somebody, always in the same order."""
        site = self._site
        wanted = IssueFilter(state="open")
        found = site.at_once(lambda c: issues.page(c, site.company, wanted, limit=200))
        return sorted(found, key=self._name_of)

    def _name_of(self, issue: StoredIssue) -> Any:
        """Name an issue by what it is about, whenever it was opened."""
        of = self._site.name_here(issue.kind, issue.record) if issue.record else (2, "")
        return issue.kind, issue.code, of, issue.quickbooks_id or ""

    def settle_one(self) -> bool:
        """Choose something about an open issue."""
        found = self.open_issues()
        if not found:
            return False
        issue = self._chance.choice(found)
        return self.settle(issue, self._chance.choice(_CHOICES.get(issue.code, (Action.RETRY,))))

    def settle(self, issue: StoredIssue, action: Action) -> bool:
        """Choose this about an open issue; what the chooser sees is what the service shows."""
        shown = self._decided_against(issue, action)

        def choose(connection: Any) -> StoredIssue:
            other = self._other(issue) if action is Action.LINK else issue.quickbooks_id
            choice = Choice(action=action, quickbooks_id=other)
            return issue_actions.apply(connection, self._site.company, issue.id, choice, self._site.now())

        try:
            self._site.at_once(choose)
        except RefusedError as refused:
            self._site.tell(f"platform: {action} on {issue.code} is refused: {refused.code}")
            return False
        self._site.edits.saw_all(shown)
        if action in (*_SIDES, *_REMOVALS, Action.LINK) and issue.record is not None:
            self._site.edits.decided.add((issue.kind, issue.record))
        self._site.edits.chosen |= issue_values(issue) if action in _SIDES else set()
        self._site.tell(
            f"platform: {action} for {issue.code} of {issue.kind} {issue.record or issue.quickbooks_id}"
        )
        return True

    def _other(self, issue: StoredIssue) -> str | None:
        """Name the object in QuickBooks that a record may be, for whoever links the two."""
        site, kind = self._site, KINDS[issue.kind]
        if issue.record is None:
            return issue.quickbooks_id
        document = site.watch.versions[issue.kind, issue.record][-1].document
        mine = kind.key_of(site.fields_of(issue.kind, document))
        found = site.quickbooks.all(kind.entity)
        found.sort(key=lambda each: site.name_there(issue.kind, each["Id"]))
        alike = [each["Id"] for each in found if kind.key_of(kind.of_quickbooks(each)) == mine]
        return self._chance.choice(alike) if alike else issue.quickbooks_id

    def _decided_against(self, issue: StoredIssue, action: Action) -> set[str]:
        """The values that the chooser sees and may lose by this choice."""
        if action not in (*_SIDES, *_REMOVALS) or issue.record is None:
            return set()
        document = self._site.watch.versions[issue.kind, issue.record][-1].document
        here = self._site.fields_of(issue.kind, document)
        there = self._known(issue)
        if action in _SIDES and there:
            moved = differing(here, there)
            here = {name: here[name] for name in moved}
            there = {name: there[name] for name in moved}
        return issue_values(issue) | set(atoms(here)) | set(atoms(there))

    def _known(self, issue: StoredIssue) -> Fields:
        """QuickBooks' side of an issue, as the service shows it."""
        known = self._site.watch.ever.get((issue.kind, issue.record or ""))
        stored = self._site.known_object(issue.kind, known) if known else None
        return KINDS[issue.kind].of_quickbooks(stored) if stored is not None else {}
