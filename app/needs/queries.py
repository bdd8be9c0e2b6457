"""Reads of needs. `visible_to(actor)` is the one condition that decides; every read starts from it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from app.access import queries as access
from app.access.models import Consent, ConsentAudience, ConsentNeed, ConsentTheme
from app.access.rules import BEYOND_STATE, STATE_AND_WIDER, Actor, Level, Role
from app.core import trail
from app.core.errors import NotFound, present
from app.needs.models import Need, NeedProgress, NeedTheme, StateOrder
from app.needs.rules import CLOSED, ENDED, Coverage, Status
from app.visits import queries as visits
from app.visits.models import Visit
from app.visits.queries import in_team

HEADER, FULL = "header", "full"


def visible_to(actor: Actor, fields: str = HEADER) -> ColumnElement[bool]:
    """Which needs the actor may see, at least `fields` of them: by role, or by level and the State's live consent."""

    def shared() -> ColumnElement[bool]:
        # CASE, not AND: a planner must not turn the order round.
        return case((_may_be_shared_with(actor), _is_shared_with(actor, fields)), else_=false())

    return _by_role(actor, shared)


def is_seen_in_full(actor: Actor) -> ColumnElement[bool]:
    """`visible_to(actor, FULL)` for the few rows of an answer: cheaper there, and dear as a condition on all needs."""
    return _by_role(actor, lambda: _is_shared_with(actor, FULL))


def _by_role(actor: Actor, shared: Callable[[], ColumnElement[bool]]) -> ColumnElement[bool]:
    if actor.role is Role.OFFICER:
        mine = or_(Need.created_by == actor.account_id, in_team(actor, Need.visit_id))
        return or_(Need.level != Level.TEAM, mine)
    if actor.role is Role.SECRETARIAT:
        return Need.level != Level.TEAM
    if actor.role is Role.STATE:
        return or_(and_(Need.state == actor.state, Need.level.in_(STATE_AND_WIDER)), shared())
    return shared()


def _may_be_shared_with(actor: Actor) -> ColumnElement[bool]:
    """Whether a live consent that names the actor speaks of the need, its visit or a theme of it.

    No more than `_is_shared_with` in a form that a database answers from a few small sets, made once for all needs.
    """
    mine = select(Consent.id, Consent.visit_id).where(access.counts(actor), access.names(actor)).cte()
    ids = select(mine.c.id)
    needs = select(ConsentNeed.need_id).where(ConsentNeed.consent_id.in_(ids))
    visits = select(mine.c.visit_id).where(mine.c.visit_id.is_not(None))
    themes = select(ConsentTheme.state, ConsentTheme.theme).where(ConsentTheme.consent_id.in_(ids))
    by_theme, by_area = tuple_(Need.state, NeedTheme.theme), tuple_(Need.state, NeedTheme.area)
    tagged = exists().where(NeedTheme.need_id == Need.id, or_(by_theme.in_(themes), by_area.in_(themes)))
    levels = BEYOND_STATE if actor.role in (Role.PROVIDER, Role.DESIGNER) else (Level.PUBLIC,)
    return and_(Need.level.in_(levels), or_(Need.id.in_(needs), Need.visit_id.in_(visits), tagged))


def _is_shared_with(actor: Actor, fields: str) -> ColumnElement[bool]:
    """Both keys: the level admits this kind of reader, and a live consent of the State names them."""
    ways = [and_(Consent.is_public, Need.level == Level.PUBLIC)]
    if actor.role in (Role.PROVIDER, Role.DESIGNER):
        ways += [
            and_(access.names_class(actor), Need.level.in_((Level.COMMUNITY, Level.PUBLIC))),
            and_(access.names_organization(actor), Need.level.in_(BEYOND_STATE)),
        ]
    return _is_covered(actor, or_(*ways), fields)


def is_shared(actor: Actor) -> ColumnElement[bool]:
    """Whether anybody beyond the State may see a need that the actor sees, at the actor's instant."""
    if actor.role not in (Role.OFFICER, Role.SECRETARIAT, Role.STATE):
        return true()  # the actor is somebody beyond the State

    def somebody(kind: str) -> ColumnElement[bool]:
        return exists().where(ConsentAudience.consent_id == Consent.id, ConsentAudience.kind == kind)

    ways = or_(
        and_(Consent.is_public, Need.level == Level.PUBLIC),
        and_(somebody("class"), Need.level.in_((Level.COMMUNITY, Level.PUBLIC))),
        and_(somebody("organization"), Need.level.in_(BEYOND_STATE)),
    )
    return and_(Need.level.in_(BEYOND_STATE), _is_covered(actor, ways, HEADER))


def _is_covered(actor: Actor, audience: ColumnElement[bool], fields: str) -> ColumnElement[bool]:
    """Whether a live consent of the need's State with this audience covers the need."""
    live = and_(Consent.state == Need.state, access.counts(actor), audience)
    if fields == FULL:
        live = and_(live, Consent.fields == FULL)
    # A consent covers what was recorded before it, unless it says that it covers the future too.
    in_time = or_(Consent.covers_future, Need.created_at <= Consent.recorded_at)
    by_need = exists().where(ConsentNeed.need_id == Need.id, Consent.id == ConsentNeed.consent_id, live)
    by_visit = exists().where(Consent.visit_id == Need.visit_id, live, in_time)
    by_theme = exists().where(
        ConsentTheme.state == Need.state,
        NeedTheme.need_id == Need.id,
        ConsentTheme.theme.in_((NeedTheme.theme, NeedTheme.area)),
        Consent.id == ConsentTheme.consent_id,
        live,
        in_time,
    )
    return or_(by_need, by_visit, by_theme)


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
    return select(Need, is_seen_in_full(actor), is_shared(actor)).where(visible_to(actor))


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
    moving = select(NeedProgress.need_id).where(NeedProgress.progress.is_not(None))
    at_rest = and_(Need.closed_as.is_(None), Need.id.not_in(moving))
    shared = is_shared(actor)
    match status:
        case Status.SHARED:
            return and_(at_rest, shared)
        case Status.AGREED:
            return and_(at_rest, ~shared, Need.agreed_on.is_not(None))
        case Status.RECORDED:
            return and_(at_rest, ~shared, Need.agreed_on.is_(None))
        case _:
            there = select(NeedProgress.need_id).where(NeedProgress.progress == status)
            return and_(Need.closed_as.is_(None), Need.id.in_(there))


def is_open() -> ColumnElement[bool]:
    """Whether help is still looked for: neither closed nor delivered, and not covered in full."""
    done = or_(NeedProgress.progress.in_(ENDED), NeedProgress.coverage == Coverage.FULL)
    return and_(Need.closed_as.is_(None), Need.id.not_in(select(NeedProgress.need_id).where(done)))


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


def lock_progress(session: Session, actor: Actor, need_id: UUID) -> NeedProgress:
    """What referrals have made of a visible need, which nobody else moves until this transaction ends; raises
    `NotFound`."""
    seen = select(Need.id).where(Need.id == need_id, visible_to(actor))
    locked = select(NeedProgress).where(NeedProgress.need_id.in_(seen))
    query = locked.with_for_update(of=NeedProgress).execution_options(populate_existing=True)
    return present(session.scalar(query))


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


def states_by_theme(session: Session, actor: Actor) -> dict[str, set[str]]:
    """Which States have a need with that theme, among the needs that the actor may see."""
    named = aliased(NeedTheme)  # the condition asks themes of its own
    query = select(named.theme, named.state).join(Need, Need.id == named.need_id).where(visible_to(actor))
    found: dict[str, set[str]] = {}
    for theme, state in session.execute(query.distinct()):
        found.setdefault(theme, set()).add(state)
    return found


def count_by_state(session: Session, actor: Actor, *, priority: str | None = None) -> Counter[str]:
    """How many needs of each State the actor may see, of one priority or of all."""
    query = select(Need.state, func.count()).where(visible_to(actor)).group_by(Need.state)
    if priority is not None:
        query = query.where(Need.priority == priority)
    return Counter(dict(session.execute(query).tuples().all()))


def ids_of(actor: Actor, state: str) -> Select[UUID]:
    """The needs of a State that the actor may see, by id."""
    return select(Need.id).where(Need.state == state, visible_to(actor))


def visible_ids(session: Session, actor: Actor, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these needs the actor may see."""
    return frozenset(session.scalars(select(Need.id).where(Need.id.in_(set(ids)), visible_to(actor))))


def find_order(session: Session, state: str) -> StateOrder | None:
    """The order that a State agreed on last; which of its needs are shown is the caller's to decide."""
    latest = select(StateOrder).where(StateOrder.state == state).order_by(StateOrder.at.desc(), StateOrder.id.desc())
    return session.scalar(latest.limit(1))


def of_state(session: Session, actor: Actor, state: str) -> list[Seen]:
    """All visible needs of a State, to choose from."""
    return find_all(session, weighing(list_needs(actor).where(Need.state == state)))
