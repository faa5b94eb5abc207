"""The HTTP API: one file per resource. Handlers own the transaction; repositories do the work."""
