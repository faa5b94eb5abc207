"""Locations, which QuickBooks calls departments."""

from service.core.records import Location
from tests.simulation.kinds.tracking import tracking_kind

KIND = tracking_kind("location", "Department", Location, rank=14)
