"""${message}"""

import sqlalchemy as sa
from alembic import op

from service.store.types import Money, Packed, UtcDateTime

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: data that a newer schema holds would be lost")
