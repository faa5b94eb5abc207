"""The query language: its grammar, what a statement means, and how it is run."""
