"""When the clock has something to do for a briefing's rehearsals."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("briefing", sa.Column("rehearsal_due", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("briefing", "rehearsal_due")
