"""Every code has its sentence in all six languages, and no catalogue holds a line that nothing asks for."""

import inspect
import re
from string import Formatter

import pytest
from babel import Locale

from app.assessments.rules import Change, Reason
from app.i18n.languages import LANGUAGES, direction
from app.i18n.sentences import VARIANTS, catalogue, placeholders
from app.matches.rules import KINDS_OF_HELP
from app.referrals import rules as referrals
from matching import gates
from matching.codes import FINDING_CODES, GATE_CODES, MISSING_FIELDS
from tests.web import words_asked_for

pytestmark = pytest.mark.pure

CHANGES = set(re.findall(r'Change\(\s*"([a-z_.]+)"', inspect.getsource(gates)))
RULES = {gate.removeprefix("eligibility.") for gate in GATE_CODES if gate.startswith("eligibility.")}
ASKED_FOR = {
    *FINDING_CODES,
    *(f"excluded.{gate}" for gate in GATE_CODES),
    *(f"change.{path}" for path in CHANGES),
    *(f"rule.{rule}" for rule in RULES),
    *(f"why.{reason}" for reason in (*KINDS_OF_HELP.values(), "guidance_only")),
    *(f"undecidable.{field}" for field in MISSING_FIELDS),
    *(f"gap.priority_{priority}" for priority in ("high", "medium", "low")),
    *(f"assessment.{code}" for code in (*Reason, *Change, "item", "shortfall") if code != Change.NOT_COMPARABLE),
    *("duplicate.recorded", "duplicate.proposed"),
    *("plan.no_offer", "plan.no_offer_nearest", "plan.no_room", "plan.taken", "plan.covers"),
    *("plan.room_unstated", "plan.room_by_amount"),
    *("synergy.overlap", "synergy.law_skills", "synergy.law_things", "synergy.skills_things"),
    *(f"step.{step}" for step in referrals.Step),
    *(f"reason.{reason}" for reason in referrals.Reason),
    *("warning.same_need", "warning.same_theme", "warning.existing_help"),
    *("practice.substance", "practice.theme", "practice.model_law", "practice.meanwhile"),
    *("gap.agreed", "gap.ranked", "gap.steady", "gap.moves", "gap.ending"),
    *("bundle.named", "bundle.concepts", "bundle.strategies", "bundle.partners", "bundle.ending"),
    *("practice.substance", "practice.theme", "practice.model_law", "practice.meanwhile"),
    *("gap.named", "gap.weak", "gap.header_only", "gap.uncovered", "gap.shared", "list.others", "reference.resolution"),
    *words_asked_for.asked_for(),
}
ALIKE = {("es", "word.region.Asia"), ("fr", "word.region.Europe")}
"""Words that the language writes as English does."""
MAY_BE = words_asked_for.may_be_asked_for()


def code_of(name: str) -> str:
    """A message's id without its variant."""
    stem, _, last = name.rpartition(".")
    return stem if f".{last}" in VARIANTS else name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_lacks_its_sentence(language: str) -> None:
    assert ASKED_FOR - catalogue(language).messages.keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_holds_a_sentence_that_nothing_asks_for(language: str) -> None:
    assert {name for name in catalogue(language).messages if code_of(name) not in ASKED_FOR | MAY_BE} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_catalogues_hold_the_same_messages_in_the_same_order(language: str) -> None:
    assert list(catalogue(language).messages) == list(catalogue("en").messages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_catalogues_name_the_same_values(language: str) -> None:
    english = catalogue("en").messages
    assert {
        name: message.placeholders
        for name, message in catalogue(language).messages.items()
        if (message.placeholders, message.counted) != (english[name].placeholders, english[name].counted)
    } == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wording_is_empty_or_left_in_english(language: str) -> None:
    english = catalogue("en").messages
    for name, message in catalogue(language).messages.items():
        assert all(form.strip() == form and form for form in message.forms), name
        assert language == "en" or message.forms != english[name].forms or (language, name) in ALIKE, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_braces_hold_plain_names_only(language: str) -> None:
    for name, message in catalogue(language).messages.items():
        for form in message.forms:
            fields = [field for _, field, _, _ in Formatter().parse(form) if field is not None]
            assert all(re.fullmatch("[a-z_]+", field) for field in fields), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_counted_has_a_form_for_each_plural_class(language: str) -> None:
    held = catalogue(language)
    classes = {held.plural(number) for number in range(200)}
    for name, message in held.messages.items():
        wanted = len(classes) if message.counted else 1
        assert len(message.forms) == wanted, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_that_stands_for_many_numbers_says_the_number(language: str) -> None:
    held = catalogue(language)
    for name, message in held.messages.items():
        if message.counted:
            for form in {held.plural(number) for number in (5, 11, 100)}:
                assert message.counted in placeholders(message.forms[form]), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_runs_the_way_its_script_does(language: str) -> None:
    assert direction(language) == ("rtl" if Locale(language).text_direction == "rtl" else "ltr")
