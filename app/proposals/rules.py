"""Reads what people paste: a table with tabs, or a numbered list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

TITLE_AT_MOST = 110
RECOMMENDATIONS_AT_MOST = 100
CHARACTERS_AT_MOST = 100_000
PRIORITIES = ("high", "medium", "low")
_NUMBER = re.compile(r"[\w().\-/]{1,20}")
_NUMBERED = re.compile(r"\s*(\d{1,3}|[a-z])[.)]\s+(?=\S)")
_HEADS = frozenset(
    ("no", "no.", "nr", "#", "n°", "num", "number", "recommendation", "recommendations", "text", "priority",
     "recommandation", "recommandations", "texte", "priorité", "recomendación", "recomendaciones", "texto", "prioridad",
     "номер", "рекомендация", "рекомендации", "текст", "приоритет", "الرقم", "التوصية", "التوصيات", "النص", "الأولوية",
     "编号", "建议", "文本", "优先")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One recommendation as it was pasted."""

    number: str
    text: str
    priority: str | None = None


def rows_of(pasted: str) -> list[Row]:
    """The recommendations in a pasted table or list, numbered as there, else by their position."""
    lines = pasted.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = _table(lines) if any("\t" in line.strip() for line in lines) else _list(lines)
    return [Row(row.number or str(position), row.text, row.priority) for position, row in enumerate(found, start=1)]


def _table(lines: Sequence[str]) -> list[Row]:
    rows: list[Row] = []
    for line in lines:
        cells = [cell.strip().strip('"').strip() for cell in line.split("\t")]
        filled = [cell for cell in cells if cell]
        if not filled or (not rows and all(cell.casefold() in _HEADS for cell in filled)):
            continue
        text = max(filled, key=len)
        number = cells[0] if cells[0] != text and _NUMBER.fullmatch(cells[0]) else ""
        priority = next((cell.casefold() for cell in filled if cell.casefold() in PRIORITIES), None)
        rows.append(Row(number, text, priority))
    return rows


def _list(lines: Sequence[str]) -> list[Row]:
    rows: list[Row] = []
    is_open = False
    for line in lines:
        head = _NUMBERED.match(line)
        # Letters number the parts of one recommendation, figures the recommendations.
        if head is not None and head[1].isdigit():
            rows.append(Row(head[1], line[head.end() :].strip()))
            is_open = True
        elif not line.strip():
            is_open = bool(rows) and rows[-1].text.rstrip().endswith(":")
        elif is_open:
            rows[-1] = Row(rows[-1].number, f"{rows[-1].text}\n{line.strip()}".strip())
        else:
            rows.append(Row("", line.strip()))
            is_open = True
    return [row for row in rows if row.text]


def title_of(passage: str) -> str:
    """The beginning of an ask's own words, cut at the end of a word."""
    line = " ".join(passage.split()).rstrip(".;。؛")
    if len(line) <= TITLE_AT_MOST:
        return line
    cut = line[: TITLE_AT_MOST - 1]
    at_word = cut.rpartition(" ")[0]
    return (at_word if len(at_word) > TITLE_AT_MOST // 2 else cut).rstrip(" ,;:،") + "…"
