"""Shapes of proposals."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError, model_validator

from app.matches.schemas import NeedName
from app.needs.schemas import CompletenessRead, NeedCreate
from app.proposals.rules import CHARACTERS_AT_MOST, RECOMMENDATIONS_AT_MOST, rows_of
from app.reference.schemas import Code, Iso3, LanguageCode, Strict, TextByLanguage
from app.visits.rules import Priority


class RecommendationText(Strict):
    """One recommendation: its number and its words."""

    number: Annotated[Code, Field(max_length=20)]
    text: TextByLanguage
    priority: Priority | None = None


class ProposalsAsk(Strict):
    """Recommendations to one State, one by one or pasted as a table or list in the language `lang`."""

    state: Iso3
    visit: UUID | None = None
    recommendations: Annotated[list[RecommendationText], Field(max_length=RECOMMENDATIONS_AT_MOST)] = []
    pasted: Annotated[str, Field(min_length=1, max_length=CHARACTERS_AT_MOST)] | None = None
    lang: LanguageCode = "en"

    @model_validator(mode="after")
    def _is_read(self) -> Self:
        if bool(self.recommendations) == (self.pasted is not None):
            raise ValueError("give either recommendations or pasted")
        if self.pasted is not None:
            rows = rows_of(self.pasted)
            if not rows or len(rows) > RECOMMENDATIONS_AT_MOST:
                raise ValueError(f"paste 1 to {RECOMMENDATIONS_AT_MOST} recommendations")
            try:
                self.recommendations = [
                    RecommendationText.model_validate(
                        {"number": _code(row.number), "text": {self.lang: row.text}, "priority": row.priority}
                    )
                    for row in rows
                ]
            except ValidationError:
                # Its own words would repeat the input.
                raise ValueError("each recommendation holds 1 to 20000 characters, none a control character") from None
        if sum(len(text) for one in self.recommendations for text in one.text.values()) > CHARACTERS_AT_MOST:
            raise ValueError(f"give at most {CHARACTERS_AT_MOST} characters at once")
        return self


def _code(number: str) -> str:
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._:-") else "-" for sign in number)
    return plain.strip("-") or "1"


class SpanRead(BaseModel):
    """Words of a recommendation: from `start` up to before `end`, in Unicode characters of its text in `language`."""

    language: str
    start: int
    end: int
    text: str


class PointedRead(BaseModel):
    """A proposed code and the words that it came from."""

    value: str
    label: str
    spans: list[SpanRead]


class DuplicateRead(BaseModel):
    """A need that you may see, or another proposal of this answer, that seems to ask for the same; `likeness` 0–1."""

    need: NeedName | None
    proposal: int | None
    likeness: float
    sentence: str


class ProposalRead(BaseModel):
    """One proposed need: `need` can be sent to `POST /needs` as it is or corrected; nothing of it is saved."""

    position: int
    recommendation: str
    passage: list[SpanRead]
    need: NeedCreate
    themes: list[PointedRead]
    assistance_types: list[PointedRead]
    target_institutions: list[PointedRead]
    resolutions: list[PointedRead]
    completeness: CompletenessRead
    duplicates: list[DuplicateRead]


class ProposalsRead(BaseModel):
    """The recommendations as they were read, and the needs proposed for them in their order."""

    state: str
    recommendations: list[RecommendationText]
    proposals: list[ProposalRead]
