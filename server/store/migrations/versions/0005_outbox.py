"""The outbox: mails, each a row before it is sent."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail",
        _text("id"),
        _text("key"),
        _text("briefing_id", nullable=True),
        _text("sender"),
        _text("recipient"),
        _text("subject"),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        _text("state"),
        _moment("written_at"),
        _moment("waiting_since"),
        _moment("due_at"),
        _text("lease", nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _text("reason"),
        _moment("settled_at", nullable=True),
        sa.ForeignKeyConstraint(["briefing_id"], ["briefing.id"], name="fk_mail_briefing_id_briefing"),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
        sa.UniqueConstraint("key", name="uq_mail_key"),
    )
    op.create_index("ix_mail_state_due_at", "mail", ["state", "due_at"])
    op.create_index("ix_mail_state_settled_at", "mail", ["state", "settled_at"])


def downgrade() -> None:
    op.drop_table("mail")


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
