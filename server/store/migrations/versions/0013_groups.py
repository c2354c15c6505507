"""The groups of endpoints of rosters."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_group",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("roster", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("endpoints", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_site_group"),
        sa.UniqueConstraint("roster", "name_key", name="uq_site_group_roster_name_key"),
    )


def downgrade() -> None:
    op.drop_table("site_group")
