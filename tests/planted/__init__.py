"""Single mistakes in the engine, planted one at a time in a copy of the tree: each has to be noticed."""

from tests.planted.decisions import DECISIONS
from tests.planted.payments import PAYING
from tests.planted.reads import READS
from tests.planted.receivables import RECEIVING
from tests.planted.writes import WRITES

MISTAKES = (*WRITES, *READS, *DECISIONS, *PAYING, *RECEIVING)

__all__ = ["MISTAKES"]
