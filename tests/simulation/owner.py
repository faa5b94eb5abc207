"""Somebody who decides for the company: its preferences, and what becomes of its issues."""

import random
from typing import Any

from msgspec.structs import replace

from service.core.actions import Action
from service.core.merge import Keep
from service.core.policy import Flow, Preferences
from service.store import issue_actions, issues, preferences
from service.store.issue_actions import Choice
from service.store.issues import IssueFilter, StoredIssue
from service.store.refusals import RefusedError
from tests.house import COMPANY
from tests.simulation.caller import is_free
from tests.simulation.projection import Fields, atoms, differing, issue_values, of_quickbooks
from tests.simulation.world import World

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
}


class Owner:
    """The person who decides; each act returns whether something came of it."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self._world = world
        self._chance = chance

    def set_unallocated(self) -> bool:
        """Choose the unallocated expense account: bills wait for it."""
        accounts = [each for each in self._world.watch.standing("account") if is_free(each)]
        if not accounts or self._world.preferences().unallocated_expense_account:
            return False
        return self._prefer(unallocated_expense_account=self._chance.choice(accounts).id)

    def turn_direction(self) -> bool:
        """Let transactions go to QuickBooks only, or both ways again."""
        now = self._world.preferences().transactions_direction
        return self._prefer(transactions_direction=Flow.BOTH if now != Flow.BOTH else Flow.TO_QUICKBOOKS)

    def turn_approval(self) -> bool:
        """Let bills wait for their approval, or not any more."""
        return self._prefer(only_approved=not self._world.preferences().only_approved)

    def choose_winner(self) -> bool:
        """Choose who wins conflicts over one kind."""
        kind = self._chance.choice(("bill", "bill", "vendor", "account"))
        keep = self._chance.choice(list(Keep))
        return self._prefer(conflict={**self._world.preferences().conflict, kind: keep})

    def _prefer(self, **changes: Any) -> bool:
        def write(connection: Any) -> Preferences:
            before = preferences.get(connection, COMPANY)
            chosen = replace(before.preferences, **changes)
            now = self._world.clock.now()
            preferences.put(connection, COMPANY, chosen, before=before, now=now)
            return chosen

        self._world.at_once(write)
        words = ", ".join(f"{name} = {value}" for name, value in changes.items())
        self._world.tell(f"platform: preferences: {words}")
        return True

    def open_issues(self) -> list[StoredIssue]:
        """Return the issues that wait for somebody, the oldest first."""
        found = self._world.at_once(lambda c: issues.page(c, COMPANY, IssueFilter(state="open"), limit=200))
        return found[::-1]

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
            choice = Choice(action=action, quickbooks_id=issue.quickbooks_id)
            return issue_actions.apply(connection, COMPANY, issue.id, choice, self._world.clock.now())

        try:
            self._world.at_once(choose)
        except RefusedError as refused:
            self._world.tell(f"platform: {action} on {issue.code} is refused: {refused.code}")
            return False
        self._world.edits.saw_all(shown)
        if action in (*_SIDES, *_REMOVALS) and issue.record is not None:
            self._world.edits.decided.add((issue.kind, issue.record))
        self._world.edits.chosen |= issue_values(issue) if action in _SIDES else set()
        self._world.tell(
            f"platform: {action} for {issue.code} of {issue.kind} {issue.record or issue.quickbooks_id}"
        )
        return True

    def _decided_against(self, issue: StoredIssue, action: Action) -> set[str]:
        """The values that the chooser sees and may lose by this choice."""
        if action not in (*_SIDES, *_REMOVALS) or issue.record is None:
            return set()
        document = self._world.watch.versions[issue.kind, issue.record][-1].document
        here = self._world.fields_of(issue.kind, document)
        there = self._known(issue)
        if action in _SIDES and there:
            moved = differing(here, there)
            here = {name: here[name] for name in moved}
            there = {name: there[name] for name in moved}
        return issue_values(issue) | set(atoms(here)) | set(atoms(there))

    def _known(self, issue: StoredIssue) -> Fields:
        """QuickBooks' side of an issue, as the service shows it."""
        known = self._world.watch.ever.get((issue.kind, issue.record or ""))
        stored = self._world.known_object(issue.kind, known) if known else None
        return of_quickbooks(issue.kind, stored) if stored is not None else {}
