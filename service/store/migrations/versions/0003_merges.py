"""What became of the records of list entries that were merged in QuickBooks"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alias", sa.Column("record", sa.String(), nullable=True))
    op.add_column("alias", sa.Column("followed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_alias_record", "alias", ["company", "entity", "record"])


def downgrade() -> None:
    op.drop_index("ix_alias_record", "alias")
    op.drop_column("alias", "followed")
    op.drop_column("alias", "record")
