"""Deterministic simulation: the production engine, on virtual time, against people and faults drawn from a seed."""
