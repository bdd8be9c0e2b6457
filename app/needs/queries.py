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
from app.needs.rules import CLOSED, ENDED, Coverage, Status
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
        query = query.where(visible_to(actor, FULL), _has_status(actor, Status(status)))
    if visit is not None:
        seen = select(Visit.id).where(Visit.id == visit, visits.visible_to(actor))
        query = query.where(visible_to(actor, FULL), Need.visit_id.in_(seen))
    if q is not None:
        query = query.where(visible_to(actor, FULL), Need.search_text.contains(q.casefold(), autoescape=True))
    return query


def _has_status(actor: Actor, status: Status) -> ColumnElement[bool]:
    """The decision of `rules.status_of`, in SQL."""
    if status in CLOSED:
        return Need.closed_as == status
    at_rest = and_(Need.closed_as.is_(None), Need.progress.is_(None))
    shared = is_shared(actor)
    match status:
        case Status.SHARED:
            return and_(at_rest, shared)
        case Status.AGREED:
            return and_(at_rest, ~shared, Need.agreed_on.is_not(None))
        case Status.RECORDED:
            return and_(at_rest, ~shared, Need.agreed_on.is_(None))
        case _:
            return and_(Need.closed_as.is_(None), Need.progress == status)


def is_open() -> ColumnElement[bool]:
    """Whether help is still looked for: neither closed nor delivered, and not covered in full."""
    unended = or_(Need.progress.is_(None), Need.progress.not_in(ENDED))
    return and_(Need.closed_as.is_(None), unended, Need.coverage != Coverage.FULL)


def open_only(query: Select[Need, bool, bool]) -> Select[Need, bool, bool]:
    """The list without what is covered, delivered or closed."""
    return query.where(is_open())


def weighing(query: Select[Need, bool, bool]) -> Select[Need, bool, bool]:
    """The same list, to choose from: what is shown of it has to be `noted`."""
    return query.execution_options(**trail.WEIGHED)


def get_need(session: Session, actor: Actor, need_id: UUID) -> Seen:
    """One visible need; raises `NotFound`."""
    row = session.execute(list_needs(actor).where(Need.id == need_id)).one_or_none()
    if row is None:
        raise NotFound
    return Seen(*row).noted(session)


def lock_need(session: Session, actor: Actor, need_id: UUID) -> Seen:
    """One visible need as it is now, which nobody else changes until this transaction ends; raises `NotFound`."""
    locked = list_needs(actor).where(Need.id == need_id).with_for_update(of=Need)
    row = session.execute(locked.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return Seen(*row).noted(session)


def seen_by_id(session: Session, actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Seen]:
    """Those of these needs that the actor may see; what is shown of them has to be `noted`."""
    query = weighing(list_needs(actor).where(Need.id.in_(set(ids))))
    return {seen.need.id: seen for seen in (Seen(*row) for row in session.execute(query))}


def all_visible(actor: Actor) -> Select[UUID]:
    """The ids of all needs that the actor may see: for tables that hang on needs."""
    return select(Need.id).where(visible_to(actor))


def ended_of(session: Session, actor: Actor, state: str) -> list[Seen]:
    """The State's needs for which no help is looked for any more; to choose from."""
    return find_all(session, weighing(list_needs(actor).where(Need.state == state, ~is_open())))


def find_all(session: Session, query: Select[Need, bool, bool]) -> list[Seen]:
    """All rows of a list of needs."""
    found = [Seen(*row) for row in session.execute(query.order_by(Need.created_at, Need.id))]
    if query.get_execution_options().get("weighed"):
        return found
    return [one.noted(session) for one in found]


def states_of(session: Session, actor: Actor, ids: Iterable[UUID]) -> frozenset[str]:
    """The States of these needs, as far as the actor may see them."""
    return frozenset(session.scalars(select(Need.state).where(Need.id.in_(set(ids)), visible_to(actor)).distinct()))


def ids_of(actor: Actor, state: str) -> Select[UUID]:
    """The needs of a State that the actor may see, by id."""
    return select(Need.id).where(Need.state == state, visible_to(actor))


def visible_ids(session: Session, actor: Actor, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these needs the actor may see."""
    return frozenset(session.scalars(select(Need.id).where(Need.id.in_(set(ids)), visible_to(actor))))
