"""Tables of the reference data; each is loaded from one file of `seed_data/reference/`."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base

STRATEGY = "strategy"
"""The kind of the groupings that are the States of a regional strategy."""


class State(Base):
    """A Member State; `code` is ISO 3166 alpha-3, `languages` are ISO 639-1, best first."""

    __tablename__ = "states"

    code: Mapped[str] = mapped_column(primary_key=True)
    labels: Mapped[dict[str, str]]
    iso2: Mapped[str]
    m49: Mapped[str]
    region: Mapped[str]
    subregion: Mapped[str]
    regional_group: Mapped[str]
    languages: Mapped[list[str]]


class Theme(Base):
    """A theme; a sub-area has the code of its top area as `parent`."""

    __tablename__ = "themes"

    code: Mapped[str] = mapped_column(primary_key=True)
    parent: Mapped[str | None] = mapped_column(ForeignKey("themes.code"))
    labels: Mapped[dict[str, str]]
    resolutions: Mapped[list[str]]
    strategy_pillars: Mapped[list[str]]
    sister_committees: Mapped[list[str]]


class Institution(Base):
    """A kind of national institution that help is for."""

    __tablename__ = "institutions"

    code: Mapped[str] = mapped_column(primary_key=True)
    labels: Mapped[dict[str, str]]


class AssistanceType(Base):
    """A kind of help."""

    __tablename__ = "assistance_types"

    code: Mapped[str] = mapped_column(primary_key=True)
    labels: Mapped[dict[str, str]]


class Resolution(Base):
    """A resolution of the Security Council; `code` is its number."""

    __tablename__ = "resolutions"

    code: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int]
    kind: Mapped[str]
    labels: Mapped[dict[str, str]]
    themes: Mapped[list[str]]
    standing: Mapped[str]


class Grouping(Base):
    """A grouping of States: region, organisation, category, or the States of a regional strategy."""

    __tablename__ = "groupings"

    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    labels: Mapped[dict[str, str]]
    as_of: Mapped[str]
    notes: Mapped[str]
    members_of: Mapped[str | None]
    """The grouping whose members a strategy is for, from its adoption until its end."""
    themes: Mapped[list[str]] = mapped_column(default=list)
    """What a strategy is about."""
    organization: Mapped[str | None]
    """Who keeps a strategy."""


class WorkingGroup(Base):
    """A working group of the Counter-Terrorism Coordination Compact, from `since` until the day before `until`."""

    __tablename__ = "working_groups"

    code: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    labels: Mapped[dict[str, str]]
    themes: Mapped[list[str]]
    chairs: Mapped[list[str]]
    vice_chairs: Mapped[list[str]]
    since: Mapped[date | None]
    until: Mapped[date | None]
    notes: Mapped[str]


class Membership(Base):
    """A State's membership of a grouping; `until` is the first day on which it is no member."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("grouping", "state", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    grouping: Mapped[str] = mapped_column(ForeignKey("groupings.code"), index=True)
    state: Mapped[str] = mapped_column(ForeignKey("states.code"), index=True)
    since: Mapped[date | None]
    until: Mapped[date | None]
