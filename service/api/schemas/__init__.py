"""What callers send and get: one file per kind or resource; names are binding (design section 13)."""
