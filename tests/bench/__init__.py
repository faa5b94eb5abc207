"""Benchmarks: what a sync costs in time, memory and calls to QuickBooks; run by `make bench`."""
