"""The tables of the rosters that the house brought along; what else the service keeps is in `tables.py`."""

from datetime import date

from sqlalchemy import JSON, Date
from sqlmodel import Field

from server.store.columns import AnyText
from server.store.tables import Base


class RosterRow(Base, table=True):
    """A roster that the house brought along."""

    __tablename__ = "roster"

    name: str = Field(primary_key=True, sa_type=AnyText)
    edition: str = Field(sa_type=AnyText)  # another one after each change
    title: str = Field(sa_type=AnyText)
    valid_from: date | None = Field(default=None, sa_type=Date)
    valid_to: date | None = Field(default=None, sa_type=Date)
    follows: str | None = Field(default=None, sa_type=AnyText)
    basis: str = Field(sa_type=AnyText)


class RosterEndpointRow(Base, table=True):
    """An endpoint of a roster that the house brought along."""

    __tablename__ = "roster_endpoint"

    roster: str = Field(primary_key=True, foreign_key="roster.name", sa_type=AnyText)
    code: str = Field(primary_key=True, sa_type=AnyText)
    place: int  # from 0, in roster order
    name: str = Field(sa_type=AnyText)
    region: str = Field(sa_type=AnyText)
    level: str = Field(sa_type=AnyText)
    parent: str | None = Field(default=None, sa_type=AnyText)
    kind: str = Field(sa_type=AnyText)
    party_committee: str = Field(sa_type=AnyText)
    valid_from: date | None = Field(default=None, sa_type=Date)
    valid_to: date | None = Field(default=None, sa_type=Date)
    merged_from: list[str] = Field(sa_type=JSON)
    basis: str = Field(sa_type=AnyText)
