"""Alembic's entry: runs the migrations on the connection that `store.migrate` hands in."""

from typing import Any, Literal

from alembic import context
from sqlmodel import AutoString

from service.store.tables import METADATA
from service.store.types import Money, Packed, UtcDateTime


def _render(kind: str, value: Any, _: Any) -> str | Literal[False]:
    """Migrations name our own column types, so that one file serves both databases."""
    if kind == "type" and isinstance(value, (Money, Packed, UtcDateTime)):
        return f"{type(value).__name__}()"
    if kind == "type" and isinstance(value, AutoString):
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    compare_type=True,
    render_item=_render,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
