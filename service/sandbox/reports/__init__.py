"""Reports: what the books say, added up, as header, columns and rows, all values texts."""

from service.sandbox.reports.catalogue import run

__all__ = ["run"]
