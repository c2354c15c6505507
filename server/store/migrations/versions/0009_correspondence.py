"""How far the mailer has read each journal, the replies that are no site's, and how far the mailbox has been read.

What stands in the journals now is not mailed: whoever was to know it knows it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_cursor",
        sa.Column("briefing_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["briefing_id"], ["briefing.id"], name="fk_mail_cursor_briefing_id_briefing"),
        sa.PrimaryKeyConstraint("briefing_id", name="pk_mail_cursor"),
    )
    op.execute("INSERT INTO mail_cursor (briefing_id, seq) SELECT id, head_seq FROM briefing")
    op.create_index("ix_mail_briefing_id", "mail", ["briefing_id"])
    op.create_table(
        "reply_aside",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("briefing_id", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["briefing_id"], ["briefing.id"], name="fk_reply_aside_briefing_id_briefing"),
        sa.PrimaryKeyConstraint("id", name="pk_reply_aside"),
    )
    op.create_index("ix_reply_aside_settled_at_received_at", "reply_aside", ["settled_at", "received_at"])
    op.create_table(
        "mailbox_cursor",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name="pk_mailbox_cursor"),
    )


def downgrade() -> None:
    op.drop_table("mailbox_cursor")
    op.drop_table("reply_aside")
    op.drop_index("ix_mail_briefing_id", "mail")
    op.drop_table("mail_cursor")
