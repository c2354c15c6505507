"""Which dates of a series were published together, and what calendars know each by."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("briefing", sa.Column("publication_id", sa.Text(), nullable=True))
    op.add_column("briefing", sa.Column("published_date", sa.Text(), nullable=True))
    op.create_index("ix_briefing_publication_id", "briefing", ["publication_id"])


def downgrade() -> None:
    op.drop_index("ix_briefing_publication_id", "briefing")
    op.drop_column("briefing", "published_date")
    op.drop_column("briefing", "publication_id")
