"""Faults of access as somebody could make them: each the smallest change of the source that opens what is closed.

The product has no switch for them: they are planted into a copy.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
COPIED = ("app", "matching", "migrations", "tests", "pyproject.toml", "README.md")
REFERENCE = Path("seed_data", "reference")

TRUTH = "tests/access/truth"
TABLE = f"{TRUTH}/test_truth_table.py"
_ID = f"{TRUTH}/test_hidden_ids.py::test_a_hidden_id_is_answered_like_an_id_of_nothing"
NEED_ID, VISIT_ID, OFFER_ID = f"{_ID}[sqlite-need]", f"{_ID}[sqlite-visit]", f"{_ID}[sqlite-offer]"
NUMBERS = f"{TRUTH}/test_hidden_ids.py::test_no_number_counts_what_is_hidden"
PAGES = f"{TRUTH}/test_hidden_ids.py::test_pages_have_no_holes_and_do_not_move_by_hidden_rows"
WRITES = f"{TRUTH}/test_hidden_writes.py::test_hidden_writes_change_no_byte_of_any_answer"
ENDS = f"{TRUTH}/test_hidden_writes.py::test_what_has_ended_is_as_if_it_had_never_been"
HEADER = f"{TRUTH}/test_hidden_writes.py::test_a_header_shows_no_byte_of_the_narrative_and_moves_with_none"
OTHERS = "tests/access/test_writes_of_others.py::test_no_write_of_anybody_but_the_owner_is_accepted"
STALE = "tests/edge/test_preconditions.py::test_a_change_needs_the_tag_of_what_was_read"

NEEDS = "app/needs/queries.py"
PEOPLE = "app/access/queries.py"
AS_SECRETARIAT = "type(asked.actor)(type(asked.actor.role).SECRETARIAT, asked.actor.at)"


@dataclass(frozen=True)
class Bug:
    """What is wrong, the test that finds it, and by file what stands in place of what, which stands there once."""

    name: str
    found_by: str
    changes: Mapping[str, tuple[tuple[str, str], ...]]


def bug(name: str, found_by: str, file: str, *changes: tuple[str, str]) -> Bug:
    """A bug in one file."""
    return Bug(name, found_by, {file: changes})


BUGS = (
    bug(
        "one need is got without the condition",
        NEED_ID,
        NEEDS,
        ("session.execute(list_needs(actor).where(", "session.execute(select(Need, true(), is_shared(actor)).where("),
    ),
    bug(
        "a hidden need is forbidden, not absent",
        NEED_ID,
        NEEDS,
        (
            ".where(Need.id == need_id)).one_or_none()\n    if row is None:\n        raise NotFound\n    return Seen",
            ".where(Need.id == need_id)).one_or_none()\n    if row is None:\n"
            "        if session.scalar(select(Need.id).where(Need.id == need_id)):\n"
            "            raise NotAllowed('need.hidden', 'Not for you.')\n        raise NotFound\n    return Seen",
        ),
        ("import NotFound", "import NotAllowed, NotFound"),
    ),
    bug(
        "a list counts hidden rows",
        WRITES,
        "app/needs/api.py",
        (
            'trail.reading(session, "need.list")',
            'response.headers["X-Total"] = str(len(session.scalars(queries.select(Need.id)).all()))',
        ),
    ),
    bug(
        "references run on from need to need",
        NUMBERS,
        "app/core/ids.py",
        ("''.join(secrets.choice(_LETTERS) for _ in range(5))", "next(_NUMBERS):05d"),
        ("\n\ndef new_reference", "\n\n_NUMBERS = iter(range(1, 99999))\n\n\ndef new_reference"),
    ),
    bug(
        "a tag changes with every row of the table",
        WRITES,
        "app/consents/api.py",
        (
            "    consent = queries.get_consent(session, actor, consent_id)\n    return tagged(",
            "    consent = queries.get_consent(session, actor, consent_id)\n"
            "    response.headers['X-Version'] = str(len(session.scalars(queries.select(Consent.id)).all()))\n"
            "    return tagged(",
        ),
    ),
    bug(
        "a search finds words that only the whole text holds",
        HEADER,
        NEEDS,
        ("query.where(visible_to(actor, FULL), Need.search_text", "query.where(Need.search_text"),
    ),
    bug(
        "a State's list is ranked over all needs",
        WRITES,
        "app/matches/service.py",
        (
            "open_needs(asked.session, asked.actor, state=state",
            f"open_needs(asked.session, {AS_SECRETARIAT}, state=state",
        ),
    ),
    bug(
        "an offer's ranking is over all needs",
        WRITES,
        "app/matches/service.py",
        ("open_needs(asked.session, asked.actor)", f"open_needs(asked.session, {AS_SECRETARIAT})"),
    ),
    bug(
        "gaps are ranked over all needs",
        WRITES,
        "app/gaps/service.py",
        ("open_needs(asked.session, asked.actor,", f"open_needs(asked.session, {AS_SECRETARIAT},"),
    ),
    bug(
        "consent for one class opens another",
        TABLE,
        PEOPLE,
        (
            'return _names("class", actor.audience_class)',
            'return exists().where(ConsentAudience.kind == "class", ConsentAudience.consent_id == Consent.id)',
        ),
        (", ConsentAudience.value == actor.audience_class)", ")"),
    ),
    bug(
        "ranks come from text that the reader does not see",
        HEADER,
        "app/matches/service.py",
        ("    if not seen.is_full:\n        return adapter", "    if False:\n        return adapter"),
    ),
    bug(
        "a page is cut before it is filtered",
        PAGES,
        "app/needs/api.py",
        (
            '    trail.reading(session, "need.list")',
            "    newest = queries.select(Need.id).order_by(Need.created_at.desc(), Need.id.desc())\n"
            "    query = query.where(Need.id.in_(newest.limit(page.limit + 1)))",
        ),
    ),
    bug(
        "what was seen once is seen for ever",
        ENDS,
        NEEDS,
        (
            "    row = session.execute(list_needs(actor).where(Need.id == need_id)).one_or_none()\n",
            "    seen = get_need.__dict__.setdefault('seen', set())\n"
            "    is_known = (actor.account_id, need_id) in seen\n"
            "    query = select(Need, true(), is_shared(actor)) if is_known else list_needs(actor)\n"
            "    row = session.execute(query.where(Need.id == need_id)).one_or_none()\n"
            "    if row is not None:\n        seen.add((actor.account_id, need_id))\n",
        ),
    ),
    bug(
        "the owner is taken from the body",
        OTHERS,
        "app/offers/service.py",
        (
            "    organization = own_organization(session, actor)\n    if new.organization is not None:\n"
            "        check_own(actor, new.organization)\n",
            "    organization = new.organization or own_organization(session, actor)\n",
        ),
    ),
    bug(
        "another's offer can be changed",
        OTHERS,
        "app/offers/service.py",
        ("    if not rules.owns(actor, organization):", "    if False:"),
    ),
    bug(
        "a stale change is taken",
        STALE,
        "app/edge/etags.py",
        ("    if if_match is not None and not ", "    if if_match == '' and not "),
    ),
    bug(
        "a header shows the whole need",
        HEADER,
        "app/needs/service.py",
        ("    if not seen.is_full:\n        return NeedHeader", "    if False:\n        return NeedHeader"),
    ),
    bug(
        "a ranking names the title of a header",
        HEADER,
        "app/matches/service.py",
        ("wording(seen.need.title, asked.language) if seen.is_full else None", "wording(seen.need.title, 'en')"),
    ),
    bug(
        "every officer is of every team",
        NEED_ID,
        NEEDS,
        ("return or_(Need.level != Level.TEAM, mine)", "return or_(Need.level != '', mine)"),
    ),
    bug(
        "a consent never expires",
        ENDS,
        PEOPLE,
        ("or_(Consent.expires_at.is_(None), Consent.expires_at > actor.at),\n", "\n"),
    ),
    bug(
        "a consent counts before it takes effect",
        TABLE,
        PEOPLE,
        ("or_(Consent.effective_from.is_(None), Consent.effective_from <= actor.at),\n", "\n"),
    ),
    bug(
        "a consent counts before the second person confirms it",
        ENDS,
        PEOPLE,
        ('or_(Consent.on_behalf.is_(False), happened("confirmed")),\n', "\n"),
    ),
    bug("a consent counts after it is withdrawn", ENDS, PEOPLE, ('~happened("withdrawn"),\n', "\n")),
    bug(
        "a filter finds needs by a hidden visit",
        VISIT_ID,
        NEEDS,
        ("visible_to(actor, FULL), Need.visit_id.in_(seen)", "visible_to(actor, FULL), Need.visit_id == visit"),
    ),
    bug(
        "one visible need lets hidden ones into a consent",
        NEED_ID,
        "app/consents/service.py",
        (
            "if wanted - needs.visible_ids(session, actor, wanted):",
            "if wanted and not needs.visible_ids(session, actor, wanted):",
        ),
    ),
    bug(
        "a designer is of the class of the organisation",
        ENDS,
        "app/access/rules.py",
        ('            return "designer"', "            return self.organization_kind"),
    ),
    bug(
        "every consent covers the future",
        TABLE,
        NEEDS,
        ("in_time = or_(Consent.covers_future, Need.created_at <= Consent.recorded_at)", "in_time = true()"),
    ),
    bug(
        "administrators read needs",
        WRITES,
        NEEDS,
        ("    if actor.role is Role.SECRETARIAT:", "    if actor.role in (Role.SECRETARIAT, Role.ADMIN):"),
    ),
    bug(
        "a State reads the needs of others",
        WRITES,
        NEEDS,
        ("and_(Need.state == actor.state, Need.level.in_(STATE_AND_WIDER))", "Need.level.in_(STATE_AND_WIDER)"),
    ),
    bug(
        "a State reads what is still the Committee's",
        WRITES,
        NEEDS,
        ("and_(Need.state == actor.state, Need.level.in_(STATE_AND_WIDER))", "Need.state == actor.state"),
    ),
    bug(
        "a consent to the header shows all",
        HEADER,
        NEEDS,
        ("    if fields == FULL:\n        live = and_(live, Consent.fields == FULL)\n", ""),
    ),
    bug(
        "a class is let in below the level of the community",
        TABLE,
        NEEDS,
        (
            "and_(access.names_class(actor), Need.level.in_((Level.COMMUNITY, Level.PUBLIC)))",
            "access.names_class(actor)",
        ),
    ),
    bug(
        "consent to the public opens every shared level",
        TABLE,
        NEEDS,
        ("ways = [and_(Consent.is_public, Need.level == Level.PUBLIC)]", "ways = [and_(Consent.is_public)]"),
    ),
    bug(
        "a need names a hidden visit",
        TABLE,
        "app/needs/service.py",
        ('"visit": need.visit_id if need.visit_id in named else None,', '"visit": need.visit_id,'),
    ),
    bug(
        "drafts of offers are shown",
        OFFER_ID,
        "app/offers/queries.py",
        ("    published = Offer.status == Status.PUBLISHED\n", "    published = Offer.status != Status.WITHDRAWN\n"),
    ),
    bug(
        "a consent that has ended is still read",
        ENDS,
        "app/consents/queries.py",
        ("return and_(access.counts(actor), or_(", "return and_(or_("),
    ),
    bug(
        "a consent tells each reader who the others are",
        TABLE,
        "app/consents/service.py",
        ("organizations = [o for o in organizations if o == actor.organization]", "pass"),
    ),
    bug(
        "the Committee reads a visit before its report is adopted",
        TABLE,
        "app/visits/queries.py",
        (
            "return and_(Visit.level != Level.TEAM, Visit.report_adopted_on.is_not(None))",
            "return Visit.level != 'team'",
        ),
    ),
)


def planted(bug: Bug) -> dict[str, str]:
    """The sources with the bug, by file; raises `ValueError` where the bug no longer fits."""
    sources = {}
    for file, changes in bug.changes.items():
        source = (ROOT / file).read_text(encoding="utf-8")
        for old, new in changes:
            if source.count(old) != 1:
                raise ValueError(f"{bug.name}: write it anew, for {file} holds this {source.count(old)} times: {old}")
            source = source.replace(old, new)
        sources[file] = source
    return sources


def copy(folder: Path, *bugs: Bug) -> Path:
    """A copy of the service and its tests, with these bugs in it."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / REFERENCE, folder / REFERENCE)
    for bug in bugs:
        for file, source in planted(bug).items():
            (folder / file).write_text(source, encoding="utf-8")
    return folder
