"""What all contracts share: a sandbox that bears the deviation on trial, one company, and its wire."""

from tests.contracts.deviations.switch import deviations
from tests.sandbox.conftest import access, clock, company, http, ids, sandbox, wire

__all__ = ["access", "clock", "company", "deviations", "http", "ids", "sandbox", "wire"]
