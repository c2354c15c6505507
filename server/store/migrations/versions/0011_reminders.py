"""Reminders: those of the house, and which have been sent; until when a mail makes sense; where accounts get mail."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0008"
branch_labels = None
depends_on = None

DEFAULTS = (
    (3, "working_days", "liaison clerk organizer"),
    (1, "days", "liaison technician leader"),
    (60, "minutes", "liaison technician"),
    (15, "minutes", "technician organizer"),
)
"""What a house begins with."""


def upgrade() -> None:
    rules = op.create_table(
        "reminder_rule",
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("addressees", sa.Text(), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("count", "unit", name="pk_reminder_rule"),
    )
    op.bulk_insert(rules, [{"count": one[0], "unit": one[1], "addressees": one[2], "on": True} for one in DEFAULTS])
    op.create_table(
        "reminder_round",
        sa.Column("briefing_id", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["briefing_id"], ["briefing.id"], name="fk_reminder_round_briefing_id_briefing"),
        sa.PrimaryKeyConstraint("briefing_id", "rule", "starts_at", name="pk_reminder_round"),
    )
    op.add_column("mail", sa.Column("until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("app_user", sa.Column("email", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("app_user", "email")
    op.drop_column("mail", "until")
    op.drop_table("reminder_round")
    op.drop_table("reminder_rule")
