"""Applications of payments, what was voided in QuickBooks, and objects that were asked about"""

import sqlalchemy as sa
from alembic import op

from service.store.types import Money, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "application",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payment", sa.String(), nullable=False),
        sa.Column("target_kind", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("sync", sa.Boolean(), nullable=False),
        sa.Column("scheduled", sa.Boolean(), nullable=False),
        sa.Column("moves_money", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "company", "kind", "payment", "target_kind", "target", name=op.f("pk_application")
        ),
    )
    op.create_index("ix_application_target", "application", ["company", "target_kind", "target"])
    op.create_table(
        "asked_object",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("qbo_id", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("company", "entity", "qbo_id", name=op.f("pk_asked_object")),
    )
    op.add_column("counterpart", sa.Column("voided", sa.Boolean(), nullable=False, server_default=sa.false()))
    condition = sa.text("balance <> quickbooks_balance")
    op.create_index(
        "ix_record_differs",
        "record",
        ["company", "kind"],
        sqlite_where=condition,
        postgresql_where=condition,
    )


def downgrade() -> None:
    op.drop_index("ix_record_differs", "record")
    op.drop_table("asked_object")
    op.drop_column("counterpart", "voided")
    op.drop_index("ix_application_target", "application")
    op.drop_table("application")
