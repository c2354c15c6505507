"""What the lists of briefings and series are filtered by and show: the kind of a briefing, the title of a series."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0012"
branch_labels = None
depends_on = None

PLANNING = ("BriefingDrafted", "BriefingEdited")
"""The entries that keep a plan whole."""


def upgrade() -> None:
    op.add_column("briefing", sa.Column("kind", sa.Text(), nullable=True))
    op.add_column("series", sa.Column("title", sa.Text(), nullable=True))
    _fill_kinds()
    _fill_titles()


def downgrade() -> None:
    op.drop_column("series", "title")
    op.drop_column("briefing", "kind")


def _fill_kinds() -> None:
    """Take each briefing's kind from its last plan; what is not named there is regular, as when it is read."""
    entry = sa.table("journal_entry", *map(sa.column, ("briefing_id", "seq", "kind", "data"))).c
    briefing = sa.table("briefing", sa.column("id"), sa.column("kind"))
    last = (
        sa.select(entry.briefing_id, sa.func.max(entry.seq).label("seq"))
        .where(entry.kind.in_(PLANNING))
        .group_by(entry.briefing_id)
        .subquery()
    )
    plans = sa.select(entry.briefing_id, entry.data).join(
        last, sa.and_(entry.briefing_id == last.c.briefing_id, entry.seq == last.c.seq)
    )
    for name, data in op.get_bind().execute(plans).all():
        kind = json.loads(data)["plan"].get("kind", "regular")
        op.execute(sa.update(briefing).where(briefing.c.id == name).values(kind=kind))


def _fill_titles() -> None:
    series = sa.table("series", *map(sa.column, ("id", "plan", "title")))
    for name, plan in op.get_bind().execute(sa.select(series.c.id, series.c.plan)).all():
        op.execute(sa.update(series).where(series.c.id == name).values(title=json.loads(plan)["title"]))
