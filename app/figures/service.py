"""Counts over what the actor may see, and the check of the counters against the record."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.rules import Actor
from app.core import trail
from app.figures import queries, rules
from app.figures.rules import Counters
from app.figures.schemas import Counted, FiguresRead, NeedFigures, OfferFigures, Recorded, StepTime
from app.gaps import service as gaps
from app.gaps.service import Judged, Wanted
from app.matches import queries as matches
from app.matches.service import Asked
from app.needs import queries as needs
from app.reference.rules import Labels
from app.visits import queries as visits

ENDING_WITHIN = timedelta(days=180)


def figures(asked: Asked, *, since: date | None, until: date | None) -> FiguresRead:
    """The figures of a period, or of all time; they show no need, so none is noted as read."""
    engine, revision = asked.matcher.current(asked.session)
    judged = [one for one in gaps.judge(asked, engine, Wanted()) if _is_in(one, since, until)]
    book, language = asked.book, asked.language
    areas = {code: labels for code, labels in book.themes.items() if book.theme_parents[code] is None}
    regions: dict[str, Labels] = {name: dict.fromkeys((language,), name) for name in book.state_regions.values()}
    months = Counters()
    for one in judged:
        if one.seen.is_full:
            months.count(one.seen.need.state, (), one.seen.need.created_at.date())
    closing = [offer.closes_on for offer in engine.offers()]
    unmet = sum(not one.serving for one in judged)
    return FiguresRead(
        since=since,
        until=until,
        as_of=asked.as_of,
        recipe=engine.recipe.version,
        revision=revision,
        needs=NeedFigures(
            open=len(judged),
            agreed=sum(one.seen.is_full and one.seen.need.agreed_on is not None for one in judged),
            shared=sum(one.seen.is_shared for one in judged),
            unmet=unmet,
            unmet_share=rules.share(unmet, len(judged)),
        ),
        offers=OfferFigures(
            published=len(closing),
            ending=sum(day is not None and asked.as_of <= day <= asked.as_of + ENDING_WITHIN for day in closing),
        ),
        by_theme=_counted(judged, areas, language, lambda one: _areas(asked, one)),
        by_region=_counted(judged, regions, language, lambda one: {book.state_regions[one.seen.need.state]}),
        by_month=[Recorded(month=month, needs=count) for month, count in sorted(months.by_month.items())],
        steps=_steps(asked, judged),
    )


def _is_in(one: Judged, since: date | None, until: date | None) -> bool:
    if since is None and until is None:
        return True
    day = one.seen.need.created_at.date()
    return one.seen.is_full and (since or day) <= day <= (until or day)


def _areas(asked: Asked, one: Judged) -> set[str]:
    return set(map(asked.book.area_of, one.seen.need.themes))


def _counted(
    judged: Sequence[Judged], labels: dict[str, Labels], language: str, codes_of: Callable[[Judged], Iterable[str]]
) -> list[Counted]:
    found: dict[str, list[bool]] = {}
    for one in judged:
        for code in codes_of(one):
            found.setdefault(code, []).append(not one.serving)
    return [
        Counted(
            code=code, label=labels[code][language], needs=len(open_), unmet=sum(open_),
            unmet_share=rules.share(sum(open_), len(open_)),
        )
        for code, open_ in sorted(found.items())
    ]  # fmt: skip


def _steps(asked: Asked, judged: Sequence[Judged]) -> list[StepTime]:
    """Days from a visit's end until a need of it was recorded, and from its record until the State agreed to it."""
    full = [one.seen.need for one in judged if one.seen.is_full]
    seen = visits.visible_ids(asked.session, asked.actor, [need.visit_id for need in full], ())
    ends = matches.visit_days(asked.session, [need.visit_id for need in full if need.visit_id in seen])
    to_record = [
        (need.created_at.date() - ends[need.visit_id]).days
        for need in full
        if need.visit_id is not None and need.visit_id in ends
    ]
    to_agree = [max((need.agreed_on - need.created_at.date()).days, 0) for need in full if need.agreed_on]
    return [
        StepTime(step=step, median_days=rules.middle(days), needs=len(days))
        for step, days in (("visit_to_recorded", to_record), ("recorded_to_agreed", to_agree))
    ]


def differences(session: Session, actor: Actor) -> list[str]:
    """Where the record gives other counts of needs by State and theme than the tables: nothing where all is well.

    Months are left out: samples carry the days that they tell of, not of their loading.
    """
    told, held = from_the_record(session, actor), live(session, actor)
    pairs = {"needs": (told.needs, held.needs)}
    for ours, theirs in ((told.by_state, held.by_state), (told.by_theme, held.by_theme)):
        pairs |= {code: (ours[code], theirs[code]) for code in sorted(ours.keys() | theirs.keys())}
    return [f"{name}: {one} recorded, {other} held" for name, (one, other) in pairs.items() if one != other]


def live(session: Session, actor: Actor) -> Counters:
    """The counters over the needs that the actor may see."""
    counters = Counters()
    for one in needs.find_all(session, needs.weighing(needs.list_needs(actor))):
        counters.count(one.need.state, one.need.themes, one.need.created_at.date())
    return counters


def from_the_record(session: Session, actor: Actor) -> Counters:
    """The same counters rebuilt from the audit alone; what is in the actor's sight is decided by no record of it."""
    trail.acted(session, "figures.rebuilt")

    def seen(recorded: Collection[str]) -> Collection[str]:
        return {str(each) for each in needs.visible_ids(session, actor, map(UUID, recorded))}

    return rules.rebuilt(queries.events(session), seen)
