"""The notes, as the work programme reads them, and which journal entries are about results."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "note",
        _text("briefing_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        _text("kind"),
        _text("endpoint", nullable=True),
        _text("owner"),
        _text("addressee"),
        sa.Column("due_by", sa.Date(), nullable=True),
        _text("state"),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["briefing_id"], ["briefing.id"], name="fk_note_briefing_id_briefing"),
        sa.PrimaryKeyConstraint("briefing_id", "number", name="pk_note"),
    )
    op.create_index("ix_note_kind_finished", "note", ["kind", "finished"])
    op.create_table(
        "result_entry",
        _text("briefing_id"),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["briefing_id", "seq"],
            ["journal_entry.briefing_id", "journal_entry.seq"],
            name="fk_result_entry_briefing_id_seq_journal_entry",
        ),
        sa.PrimaryKeyConstraint("briefing_id", "seq", name="pk_result_entry"),
    )


def downgrade() -> None:
    op.drop_table("result_entry")
    op.drop_table("note")


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)
