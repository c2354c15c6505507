"""When the chair's page was last heard of, by whichever process it talks to."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chair_heard",
        sa.Column("briefing_id", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["briefing_id"], ["briefing.id"], name="fk_chair_heard_briefing_id_briefing"),
        sa.PrimaryKeyConstraint("briefing_id", "actor", name="pk_chair_heard"),
    )


def downgrade() -> None:
    op.drop_table("chair_heard")
