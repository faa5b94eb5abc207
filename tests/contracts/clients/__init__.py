"""Other people's QuickBooks clients, unmodified, against the sandbox."""
