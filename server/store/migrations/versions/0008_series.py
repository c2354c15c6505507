"""The series of briefings, and which date of which series a briefing is."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("dropped", sa.JSON(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
    )
    op.add_column("briefing", sa.Column("series_id", sa.Text(), nullable=True))
    op.add_column("briefing", sa.Column("original", sa.Text(), nullable=True))
    op.create_index("ix_briefing_series_id", "briefing", ["series_id"])


def downgrade() -> None:
    op.drop_index("ix_briefing_series_id", "briefing")
    op.drop_column("briefing", "original")
    op.drop_column("briefing", "series_id")
    op.drop_table("series")
