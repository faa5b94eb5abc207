"""Scenarios: what the sync promises, one readable table per sentence, played on both databases.

Each is a story of a small company: what both sides have (`given`), what people do on each side (`edits`),
and what anybody can read afterwards in QuickBooks and over HTTP (`expect`). No expectation looks into our
tables. Each story is also told with the other side's edits first.
"""
