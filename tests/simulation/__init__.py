"""Deterministic simulation: the production engine on virtual time, people and faults drawn from a seed."""
