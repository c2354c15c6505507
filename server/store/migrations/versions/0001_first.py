"""The first tables: accounts, briefings, the journal and its read rows, tokens."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_accounts()
    _create_briefings()
    _create_read_rows()
    _create_tokens()


def downgrade() -> None:
    for table in ("token", "speech", "turn", "check_in", "connection"):
        op.drop_table(table)
    for table in ("journal_entry", "briefing_endpoint", "briefing", "sign_in", "app_user"):
        op.drop_table(table)


def _create_accounts() -> None:
    op.create_table(
        "app_user",
        _text("id"),
        _text("name"),
        _text("display_name"),
        _text("role"),
        _text("password_hash"),
        _moment("disabled_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_app_user"),
        sa.UniqueConstraint("name", name="uq_app_user_name"),
    )
    op.create_table(
        "sign_in",
        _text("secret_hash"),
        _text("user_id"),
        _moment("signed_in_at"),
        _moment("expires_at"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_sign_in_user_id_app_user"),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_sign_in"),
    )
    op.create_index("ix_sign_in_user_id", "sign_in", ["user_id"])
    op.create_index("ix_sign_in_expires_at", "sign_in", ["expires_at"])


def _create_briefings() -> None:
    op.create_table(
        "briefing",
        _text("id"),
        _text("title"),
        _text("phase"),
        _moment("starts_at"),
        _moment("ends_at"),
        _text("roster"),
        sa.Column("endpoint_count", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("late_marked", sa.Boolean(), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        _text("head_hash"),
        _moment("opened_at", nullable=True),
        _moment("started_at", nullable=True),
        _moment("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_briefing"),
    )
    op.create_index("ix_briefing_phase", "briefing", ["phase"])
    op.create_index("ix_briefing_starts_at", "briefing", ["starts_at"])
    op.create_table(
        "briefing_endpoint",
        _text("briefing_id"),
        _text("endpoint"),
        sa.Column("position", sa.Integer(), nullable=False),
        _of_briefing("briefing_endpoint"),
        sa.PrimaryKeyConstraint("briefing_id", "endpoint", name="pk_briefing_endpoint"),
    )
    op.create_table(
        "journal_entry",
        _text("briefing_id"),
        sa.Column("seq", sa.Integer(), nullable=False),
        _text("at"),
        _text("actor"),
        _text("kind"),
        _text("data"),
        _text("prev"),
        _text("hash"),
        _of_briefing("journal_entry"),
        sa.PrimaryKeyConstraint("briefing_id", "seq", name="pk_journal_entry"),
    )


def _create_read_rows() -> None:
    _create_read_row(
        "connection",
        _text("connection"),
        _moment("joined_at"),
        _moment("left_at", nullable=True),
        _text("reason", nullable=True),
    )
    op.create_index("ix_connection_briefing_id_endpoint_connection", "connection", [*_SITE, "connection"])
    _create_read_row(
        "check_in",
        sa.Column("revision", sa.Integer(), nullable=False),
        _moment("at"),
        _text("local_chair"),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("delegates", sa.JSON(), nullable=False),
    )
    op.create_index("ix_check_in_briefing_id_endpoint_revision", "check_in", [*_SITE, "revision"])
    _create_read_row(
        "turn",
        _text("speaker"),
        _text("topic"),
        _moment("granted_at"),
        _moment("ended_at", nullable=True),
        _text("reason", nullable=True),
    )
    _create_read_row(
        "speech",
        _moment("started_at"),
        _moment("ended_at"),
        sa.Column("on_air", sa.Boolean(), nullable=False),
        sa.Column("loudest", sa.Integer(), nullable=False),
    )


def _create_tokens() -> None:
    op.create_table(
        "token",
        _text("id"),
        _text("secret_hash"),
        _text("role"),
        _text("label"),
        _moment("created_at"),
        _text("briefing_id", nullable=True),
        _text("endpoint", nullable=True),
        _moment("expires_at", nullable=True),
        _moment("revoked_at", nullable=True),
        _of_briefing("token"),
        sa.PrimaryKeyConstraint("id", name="pk_token"),
        sa.UniqueConstraint("secret_hash", name="uq_token_secret_hash"),
    )
    op.create_index("ix_token_briefing_id_endpoint", "token", _SITE)


_SITE = ["briefing_id", "endpoint"]


def _create_read_row(table: str, *columns: sa.Column[Any]) -> None:
    """Create a table whose rows belong to one journal entry and one site each."""
    op.create_table(
        table,
        _text("briefing_id"),
        sa.Column("seq", sa.Integer(), nullable=False),
        _text("endpoint"),
        *columns,
        sa.ForeignKeyConstraint(
            ["briefing_id", "seq"],
            ["journal_entry.briefing_id", "journal_entry.seq"],
            name=f"fk_{table}_briefing_id_seq_journal_entry",
        ),
        sa.PrimaryKeyConstraint("briefing_id", "seq", name=f"pk_{table}"),
    )


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of_briefing(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["briefing_id"], ["briefing.id"], name=f"fk_{table}_briefing_id_briefing")
