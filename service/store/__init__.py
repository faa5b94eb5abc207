"""All that knows SQL: tables, engine, migrations, and one repository per aggregate.

Repositories are plain functions over a `Connection`; they never commit. `Store.run` owns the transaction.
"""
