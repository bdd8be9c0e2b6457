"""Reads of needs. `visible_to(actor)` is the one condition that decides; every read starts from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, or_, select, union
from sqlalchemy.orm import Session

from app.access import queries as access
from app.access.models import Consent, ConsentAudience, ConsentNeed, ConsentTheme
from app.access.rules import STATE_AND_WIDER, Actor, Level, Role
from app.core import trail
from app.core.errors import NotFound
from app.needs.models import Need, NeedTheme
from app.visits import queries as visits
from app.visits.models import Visit
from app.visits.queries import in_team

HEADER, FULL = "header", "full"


def visible_to(actor: Actor, fields: str = HEADER) -> ColumnElement[bool]:
    """Which needs the actor may see, at least `fields` of them: by role, or by level and the State's live consent."""
    shared = _shared_with(actor, fields)
    if actor.role is Role.OFFICER:
        mine = or_(Need.created_by == actor.account_id, in_team(actor, Need.visit_id))
        return or_(Need.level != Level.TEAM, mine)
    if actor.role is Role.SECRETARIAT:
        return Need.level != Level.TEAM
    if actor.role is Role.STATE:
        return or_(and_(Need.state == actor.state, Need.level.in_(STATE_AND_WIDER)), shared)
    return shared


def _shared_with(actor: Actor, fields: str) -> ColumnElement[bool]:
    """Both keys: the level admits this kind of reader, and a live consent of the State names them."""
    ways = [_both_keys(actor, fields, (Level.PUBLIC,), Consent.is_public)]
    if actor.role in (Role.PROVIDER, Role.DESIGNER):
        ways.append(
            _both_keys(actor, fields, (Level.COMMUNITY, Level.PUBLIC), access.names("class", actor.audience_class))
        )
        ways.append(
            _both_keys(
                actor,
                fields,
                (Level.NAMED, Level.COMMUNITY, Level.PUBLIC),
                access.names("organization", actor.organization),
            )
        )
    return or_(*ways)


def is_shared(actor: Actor) -> ColumnElement[bool]:
    """Whether anybody beyond the State may see the need at the actor's instant."""

    def somebody(kind: str) -> ColumnElement[bool]:
        return exists().where(ConsentAudience.consent_id == Consent.id, ConsentAudience.kind == kind)

    return or_(
        _both_keys(actor, HEADER, (Level.PUBLIC,), Consent.is_public),
        _both_keys(actor, HEADER, (Level.COMMUNITY, Level.PUBLIC), somebody("class")),
        _both_keys(actor, HEADER, (Level.NAMED, Level.COMMUNITY, Level.PUBLIC), somebody("organization")),
    )


def _both_keys(
    actor: Actor, fields: str, levels: Sequence[Level], audience: SQLColumnExpression[bool]
) -> ColumnElement[bool]:
    live = and_(access.counts(actor), audience)
    if fields == FULL:
        live = and_(live, Consent.fields == FULL)
    # A consent covers what was recorded before it, unless it says that it covers the future too.
    in_time = or_(Consent.covers_future, Need.created_at <= Consent.recorded_at)
    same_state = Consent.state == Need.state
    by_visit = select(Need.id).join(Consent, and_(Consent.visit_id == Need.visit_id, same_state))
    by_need = (
        select(Need.id)
        .join(ConsentNeed, ConsentNeed.need_id == Need.id)
        .join(Consent, and_(Consent.id == ConsentNeed.consent_id, same_state))
    )
    by_theme = (
        select(Need.id)
        .join(NeedTheme, NeedTheme.need_id == Need.id)
        .join(
            ConsentTheme,
            or_(ConsentTheme.theme == NeedTheme.theme, NeedTheme.theme.startswith(ConsentTheme.theme + ".")),
        )
        .join(Consent, and_(Consent.id == ConsentTheme.consent_id, same_state))
    )
    covered = union(by_visit.where(live, in_time), by_need.where(live), by_theme.where(live, in_time))
    return and_(Need.level.in_(levels), Need.id.in_(covered.scalar_subquery()))


@dataclass(frozen=True, slots=True)
class Seen:
    """A need with what the reader may see of it."""

    need: Need
    is_full: bool
    is_shared: bool

    def noted(self, session: Session) -> "Seen":
        """The same, noted in the audit as shown."""
        trail.read(session, self.need.id, self.need.state)
        return self


def list_needs(actor: Actor) -> Select[Need, bool, bool]:
    """All needs that the actor may see, with whether they see it in full and whether it is shared."""
    return select(Need, visible_to(actor, FULL), is_shared(actor)).where(visible_to(actor))


def narrowed(
    query: Select[Need, bool, bool],
    actor: Actor,
    *,
    state: str | None = None,
    theme: str | None = None,
    status: str | None = None,
    priority: str | None = None,
    visit: UUID | None = None,
    q: str | None = None,
) -> Select[Need, bool, bool]:
    """The list filtered; what a reader cannot see of a need cannot find it either."""
    if state is not None:
        query = query.where(Need.state == state)
    if theme is not None:
        tagged = select(NeedTheme.need_id).where(
            or_(NeedTheme.theme == theme, NeedTheme.theme.startswith(theme + ".", autoescape=True))
        )
        query = query.where(Need.id.in_(tagged))
    if priority is not None:
        query = query.where(Need.priority == priority)
    if status is not None:
        shared = is_shared(actor)
        query = query.where(
            visible_to(actor, FULL),
            {
                "shared": shared,
                "agreed": and_(~shared, Need.agreed_on.is_not(None)),
                "recorded": and_(~shared, Need.agreed_on.is_(None)),
            }[status],
        )
    if visit is not None:
        seen = select(Visit.id).where(Visit.id == visit, visits.visible_to(actor))
        query = query.where(visible_to(actor, FULL), Need.visit_id.in_(seen))
    if q is not None:
        query = query.where(visible_to(actor, FULL), Need.search_text.contains(q.casefold(), autoescape=True))
    return query


def weighing(query: Select[Need, bool, bool]) -> Select[Need, bool, bool]:
    """The same list, to choose from: what is shown of it has to be `noted`."""
    return query.execution_options(**trail.WEIGHED)


def get_need(session: Session, actor: Actor, need_id: UUID) -> Seen:
    """One visible need; raises `NotFound`."""
    row = session.execute(list_needs(actor).where(Need.id == need_id)).one_or_none()
    if row is None:
        raise NotFound
    return Seen(*row).noted(session)


def find_all(session: Session, query: Select[Need, bool, bool]) -> list[Seen]:
    """All rows of a list of needs."""
    found = [Seen(*row) for row in session.execute(query.order_by(Need.created_at, Need.id))]
    if query.get_execution_options().get("weighed"):
        return found
    return [one.noted(session) for one in found]


def states_of(session: Session, actor: Actor, ids: Iterable[UUID]) -> frozenset[str]:
    """The States of these needs, as far as the actor may see them."""
    return frozenset(session.scalars(select(Need.state).where(Need.id.in_(set(ids)), visible_to(actor)).distinct()))


def states_by_theme(session: Session, actor: Actor) -> dict[str, set[str]]:
    """Which States have a need with that theme, among the needs that the actor may see."""
    query = select(NeedTheme.theme, Need.state).join(Need, Need.id == NeedTheme.need_id).where(visible_to(actor))
    found: dict[str, set[str]] = {}
    for theme, state in session.execute(query.distinct()):
        found.setdefault(theme, set()).add(state)
    return found


def ids_of(actor: Actor, state: str) -> Select[UUID]:
    """The needs of a State that the actor may see, by id."""
    return select(Need.id).where(Need.state == state, visible_to(actor))


def visible_ids(session: Session, actor: Actor, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these needs the actor may see."""
    return frozenset(session.scalars(select(Need.id).where(Need.id.in_(set(ids)), visible_to(actor))))
