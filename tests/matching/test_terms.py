"""Term files: read whole, or refused by file and line."""

from pathlib import Path

import pytest

from matching import BadTerms, load_terms
from matching.terms import CueKind, Kind

pytestmark = pytest.mark.pure

HEADER = "id,kind,theme,code,broader,weight,en,fr,es,ar,ru,zh\n"
ROW = "freezing,object,cft,,,3,freezing;to freeze,gel,congelación,تجميد,замораживание,冻结\n"


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_file_is_read(tmp_path: Path) -> None:
    terms = load_terms(written(tmp_path, "cft.csv", HEADER + ROW))
    (concept,) = terms.concepts
    assert (concept.id, concept.kind, concept.weight) == ("freezing", Kind.OBJECT, 3)
    assert (concept.variants or {})["en"] == ("freezing", "to freeze")


def test_cues_and_everyday_words_have_files_of_their_own(tmp_path: Path) -> None:
    written(tmp_path, "cues.csv", "id,kind,en,fr,es,ar,ru,zh\nno,negation,no,sans,sin,لا,без,不\n")
    written(tmp_path, "everyday.csv", "id,en,fr,es,ar,ru,zh\nbook,book,livre,libro,كتاب,книга,书\n")
    terms = load_terms(tmp_path)
    assert terms.cues[0].kind is CueKind.NEGATION
    assert terms.concepts[0].kind is Kind.EVERYDAY


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("id,kind\nx,object\n", "line 1: the columns ar, en", id="columns missing"),
        pytest.param(HEADER + ROW.replace("object", "thing"), "line 2: `thing` is not a kind", id="unknown kind"),
        pytest.param(HEADER + ROW.replace(",3,", ",9,"), "line 2: `9` is not a weight", id="weight out of range"),
        pytest.param(HEADER + ROW + ROW, "line 3: `freezing` is already taken", id="id twice"),
        pytest.param(HEADER + ROW.replace("cft,,,", "cft,,nothing,"), "names `nothing`", id="broader concept missing"),
        pytest.param(HEADER + ",object,,,,2,a,b,c,d,e,f\n", "line 2: `id` is empty", id="no id"),
        pytest.param(HEADER + "a,object,cft\n", "line 2: the row has not as many cells", id="short row"),
    ],
)
def test_a_bad_file_is_refused_by_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadTerms, match=said):
        load_terms(written(tmp_path, "cft.csv", text))
