"""The delegates that new briefings of a roster expect."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "expected_default",
        sa.Column("roster", sa.Text(), nullable=False),
        sa.Column("lists", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("roster", name="pk_expected_default"),
    )


def downgrade() -> None:
    op.drop_table("expected_default")
