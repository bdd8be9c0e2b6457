"""How an IATI activity is read as a candidate for an offer."""

import time

import pytest

from app.core.errors import Invalid
from app.exchange import iati, narratives
from app.exchange.rules import Draft
from app.reference.rules import Book
from app.reference.service import book_of_files
from tests.exchange import made

pytestmark = pytest.mark.pure


@pytest.fixture(scope="module")
def book() -> Book:
    return book_of_files()


def read_one(book: Book, **parts: str) -> Draft:
    return iati.read(made.iati(made.activity(**parts)), book)[0][0]


def notes(draft: Draft) -> set[str]:
    return {note.code for note in draft.notes}


@pytest.mark.parametrize("version", ["2.01", "2.02", "2.03"])
def test_three_versions_are_read(book: Book, version: str) -> None:
    assert len(iati.read(made.iati(made.activity(), version=version), book)[0]) == 1


def test_narratives_take_the_activitys_language_unless_they_name_their_own(book: Book) -> None:
    draft = read_one(
        book, title='<title><narrative>Training</narrative><narrative xml:lang="FR-be">Formation</narrative></title>'
    )
    assert draft.fields["title"] == {"en": "Training", "fr": "Formation"}


def test_all_descriptions_of_one_language_are_joined_in_their_order(book: Book) -> None:
    draft = read_one(
        book,
        description='<description type="1"><narrative>What.</narrative></description>'
        '<description type="2"><narrative>Why.</narrative></description>',
    )
    assert draft.fields["description"] == {"en": "What.\nWhy."}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("تدريب المدعين العامين على الأدلة الرقمية", "ar", id="Arabic by its script"),
        pytest.param("Обучение прокуроров работе с цифровыми доказательствами", "ru", id="Russian by its script"),
        pytest.param("Навчання прокурорів і слідчих", "und", id="other Cyrillic is not called Russian"),
        pytest.param("آموزش پلیس مرزی", "und", id="Persian is not called Arabic"),
        pytest.param("培训检察官使用电子证据", "zh", id="Chinese by its script"),
        pytest.param(
            "Das Vorhaben berät die Polizei und bildet Richter für die Praxis fort", "de", id="German by its words"
        ),
        pytest.param(
            "Stödet går till utbildning av poliser och till en handbok för chefer", "sv", id="Swedish by its words"
        ),
        pytest.param(
            "The border police learn to use the INTERPOL databases (تدريب)", "en", id="English with a foreign word"
        ),
        pytest.param("Programa PRONACOM", "en", id="a text too short to tell"),
    ],
)
def test_a_text_marked_english_is_kept_in_the_language_it_is_in(book: Book, text: str, language: str) -> None:
    draft = read_one(book, description=f"<description><narrative>{text}</narrative></description>")
    assert draft.fields["description"] == {language: text}
    assert ("narrative.language" in notes(draft)) == (language != "en")


def test_a_short_title_follows_the_language_of_its_description(book: Book) -> None:
    draft = read_one(
        book,
        title="<title><narrative>Stärkung der Grenzpolizei in Mali</narrative></title>",
        description="<description><narrative>Das Vorhaben berät die Polizei und bildet sie für den Dienst an der "
        "Grenze fort.</narrative></description>",
    )
    assert set(draft.fields["title"]) == {"de"}


@pytest.mark.parametrize(
    "narrative",
    [
        pytest.param(
            "&lt;p&gt;First.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;&lt;p&gt;Then &amp;amp; now.&lt;/p&gt;",
            id="escaped",
        ),
        pytest.param("<![CDATA[<p>First.</p><p>Then &amp; now.</p>]]>", id="in CDATA"),
        pytest.param("<p>First.</p><p>Then &amp; now.</p>", id="as elements"),
    ],
)
def test_markup_is_taken_out_and_told(book: Book, narrative: str) -> None:
    draft = read_one(book, description=f"<description><narrative>{narrative}</narrative></description>")
    assert draft.fields["description"] == {"en": "First.\nThen & now."}
    assert "narrative.markup" in notes(draft)


@pytest.mark.parametrize("piece", ["<!--", "<![CDATA[", "<a ", "<b>", "<script>", "</", "<p x='", "&amp"])
def test_broken_markup_takes_no_time(piece: str) -> None:
    start = time.process_time()
    narratives.plain(f"<p>Words</p>{piece * 20_000}")
    assert time.process_time() - start < 1


def test_a_less_than_sign_is_no_markup(book: Book) -> None:
    draft = read_one(
        book, description="<description><narrative>Costs &lt; 5 000 &amp; no fees</narrative></description>"
    )
    assert draft.fields["description"] == {"en": "Costs < 5 000 & no fees"}
    assert notes(draft) == set()


@pytest.mark.parametrize(
    ("code", "availability"),
    [("1", "planned"), ("3", "closed"), ("4", "closed"), ("5", "closed"), ("6", "suspended")],
)
def test_the_status_of_an_activity_says_when_nobody_can_join(book: Book, code: str, availability: str) -> None:
    assert read_one(book, status=f'<activity-status code="{code}"/>').fields["availability"] == availability


def test_an_activity_under_way_says_nothing_of_availability(book: Book) -> None:
    draft = read_one(book)
    assert "availability" not in draft.fields
    assert notes(draft) == set()


def test_actual_dates_go_before_planned_ones(book: Book) -> None:
    dates = "".join(
        f'<activity-date type="{kind}" iso-date="{day}"/>'
        for kind, day in [("1", "2025-01-01"), ("2", "2025-03-01"), ("3", "2027-01-01"), ("4", "2026-06-30Z")]
    )
    fields = read_one(book, dates=dates).fields
    assert (fields["opens_on"], fields["closes_on"]) == ("2025-03-01", "2026-06-30")


@pytest.mark.parametrize(
    ("dates", "note"),
    [
        pytest.param("", "date.no_start", id="none"),
        pytest.param('<activity-date type="2" iso-date="soon"/>', "date.malformed", id="no date"),
        pytest.param('<activity-date type="2" iso-date="0001-01-01"/>', "date.out_of_range", id="a date of no use"),
        pytest.param(
            '<activity-date type="1" iso-date="2027-01-01"/><activity-date type="3" iso-date="2026-01-01"/>',
            "date.reversed",
            id="an end before the start",
        ),
    ],
)
def test_dates_that_cannot_be_taken_are_told(book: Book, dates: str, note: str) -> None:
    draft = read_one(book, dates=dates)
    assert note in notes(draft)
    assert "opens_on" not in draft.fields
    assert draft.faults == []


@pytest.mark.parametrize(
    ("recipients", "scope"),
    [
        pytest.param(
            '<recipient-country code="KE"/><recipient-country code="ug"/>', (False, ["KEN", "UGA"], []), id="States"
        ),
        pytest.param('<recipient-region code="298"/>', (False, [], ["m49-002"]), id="a DAC region"),
        pytest.param(
            '<recipient-region code="289" vocabulary="1"/>', (False, [], ["m49-202"]), id="south of the Sahara"
        ),
        pytest.param('<recipient-region code="11" vocabulary="2"/>', (False, [], ["m49-011"]), id="an M49 region"),
        pytest.param('<recipient-region code="998"/>', (True, [], []), id="developing countries, unspecified"),
        pytest.param('<activity-scope code="1"/>', (True, [], []), id="global scope without recipients"),
        pytest.param(
            '<transaction><recipient-country code="BO"/></transaction>', (False, ["BOL"], []), id="under a transaction"
        ),
    ],
)
def test_recipients_become_the_scope(book: Book, recipients: str, scope: tuple[bool, list[str], list[str]]) -> None:
    world, states, groupings = scope
    draft = read_one(book, recipients=recipients)
    assert draft.fields["scope"] == {"world": world, "states": states, "groupings": groupings}


@pytest.mark.parametrize(
    ("recipients", "note"),
    [
        pytest.param('<recipient-country code="XK"/>', "country.not_a_member_state", id="no Member State"),
        pytest.param('<recipient-region vocabulary="99" code="R3"/>', "region.unknown", id="a region of their own"),
    ],
)
def test_a_recipient_outside_our_lists_is_told_and_not_in_the_scope(book: Book, recipients: str, note: str) -> None:
    draft = read_one(book, recipients=recipients)
    assert note in notes(draft)
    assert "scope" not in draft.fields


@pytest.mark.parametrize(
    ("code", "hint"),
    [("KEN", "KE"), ("Kenya", "KE"), ("UK", ""), ("", "")],
    ids=["alpha-3", "a name", "wrong", "empty"],
)
def test_a_wrong_country_is_a_fault_that_says_what_was_meant(book: Book, code: str, hint: str) -> None:
    (fault,) = read_one(book, recipients=f'<recipient-country code="{code}"/>').faults
    assert fault.code == "country.unknown"
    assert ("Did you mean" in fault.detail) == bool(hint)
    assert hint in fault.detail


def test_percentages_that_do_not_add_up_are_told(book: Book) -> None:
    thirds = '<recipient-country code="KE" percentage="{}"/><recipient-country code="UG" percentage="40"/>'
    assert "percentage.sum" in notes(read_one(book, recipients=thirds.format("40")))
    assert "percentage.malformed" in notes(read_one(book, recipients=thirds.format("half")))
    assert notes(read_one(book, recipients=thirds.format("59.9"))) == set()


def test_private_codes_are_never_taken_for_a_theme(book: Book) -> None:
    draft = read_one(book, inside='<sector vocabulary="99" code="CT"/><sector vocabulary="1" code="15130"/>')
    assert {"sector.private", "sector.hint"} <= notes(draft)
    assert "themes" not in draft.fields


def test_sectors_under_transactions_are_read_and_told(book: Book) -> None:
    sector = '<transaction><sector code="15137"/></transaction>'
    assert {"sector.transactions", "sector.hint"} <= notes(read_one(book, inside=sector))


def test_an_identifier_that_comes_twice_is_a_fault_of_the_second(book: Book) -> None:
    first, second = iati.read(made.iati(made.activity("XI-1"), made.activity(" XI-1 ")), book)[0]
    assert first.faults == []
    assert [fault.code for fault in second.faults] == ["activity.duplicate"]


def test_an_activity_needs_an_identifier_and_a_title(book: Book) -> None:
    draft = iati.read(made.iati(made.activity("", title="")), book)[0][0]
    assert [fault.code for fault in draft.faults] == ["activity.no_identifier", "activity.no_title"]


def test_elements_that_are_not_read_are_named(book: Book) -> None:
    _, told = iati.read(made.iati(made.activity(inside="<budget/><result/>")), book)
    assert told[0].detail.endswith("budget, result.")


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE a SYSTEM "file:///etc/hostname">'


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        pytest.param(made.iati(made.activity(), before=BOMB), "file.doctype", id="entities"),
        pytest.param(made.iati(made.activity(), before=OUTSIDE), "file.doctype", id="an outside document type"),
        pytest.param(b"<a>" * 200_000 + b"</a>" * 200_000, "file.too_deep", id="200,000 deep"),
        pytest.param(b"<a>" * 200_000, "file.too_deep", id="200,000 deep and never closed"),
        pytest.param(made.iati("<a>" * 64 + "</a>" * 64), "file.too_deep", id="just too deep"),
        pytest.param(b"<iati-activities>" + b" " * 10_000_000, "file.too_big", id="too big"),
        pytest.param(b"<iati-activities><iati-activity>", "file.not_xml", id="cut off"),
        pytest.param(b"", "file.not_xml", id="empty"),
        pytest.param(b"<html/>", "file.not_iati", id="another format"),
        pytest.param(made.iati(made.activity(), version="1.05"), "file.version", id="an old version"),
        pytest.param(made.iati(), "file.empty", id="no activity"),
    ],
)
def test_what_is_no_clean_activity_file_is_refused_at_once(book: Book, payload: bytes, code: str) -> None:
    start = time.process_time()
    with pytest.raises(Invalid) as refused:
        iati.read(payload, book)
    assert made.codes_of(refused.value) == [code]
    assert time.process_time() - start < 1


def test_the_projects_own_files_hold_every_oddity_and_no_fault(book: Book) -> None:
    files = [iati.read(file.read_bytes(), book)[0] for file in sorted(made.IATI.glob("*.xml"))]
    drafts = [draft for drafts in files for draft in drafts]
    assert len(drafts) == 25
    assert [draft.faults for draft in drafts if draft.faults] == []
    assert set().union(*map(notes, drafts)) >= {
        "narrative.language", "narrative.markup", "sector.private", "sector.transactions", "region.read",
        "region.unspecified", "region.unknown", "percentage.sum", "date.no_end", "date.malformed", "date.reversed",
        "country.not_a_member_state", "recipient-country.transactions", "status.unknown", "scope.global",
    }  # fmt: skip
