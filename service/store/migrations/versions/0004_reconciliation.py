"""What the latest reconcile of each company found"""

import sqlalchemy as sa
from alembic import op

from service.store.types import Money, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reconciliation",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("sync", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("company", name=op.f("pk_reconciliation")),
    )
    op.create_table(
        "difference",
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("sync", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("record", sa.String(), nullable=True),
        sa.Column("quickbooks_id", sa.String(), nullable=True),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("platform", sa.Text(), nullable=True),
        sa.Column("quickbooks", sa.Text(), nullable=True),
        sa.Column("amount", Money(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("party", sa.String(), nullable=True),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fix", sa.Text(), nullable=False),
        sa.Column("resolved", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("company", "sync", "number", name=op.f("pk_difference")),
    )
    op.add_column("lease", sa.Column("released", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("lease", sa.Column("left_by", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("lease", "left_by")
    op.drop_column("lease", "released")
    op.drop_table("difference")
    op.drop_table("reconciliation")
