"""The files that journals name."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "named_file",
        sa.Column("briefing_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["briefing_id", "seq"],
            ["journal_entry.briefing_id", "journal_entry.seq"],
            name="fk_named_file_briefing_id_seq_journal_entry",
        ),
        sa.PrimaryKeyConstraint("briefing_id", "seq", name="pk_named_file"),
    )
    op.create_index("ix_named_file_sha256", "named_file", ["sha256"])


def downgrade() -> None:
    op.drop_index("ix_named_file_sha256", table_name="named_file")
    op.drop_table("named_file")
