"""`taysir bench`: what is measured, and what it should reach."""

import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from datetime import date
from itertools import count
from pathlib import Path
from statistics import median

import numpy as np
import typer
from sklearn.feature_extraction.text import TfidfVectorizer

from app.cli.benchmark import plans, service
from app.cli.benchmark.corpus import TODAY, Corpus
from app.cli.benchmark.measure import interleaved, once, resident
from app.cli.benchmark.peers import PEERS, Filters, Tantivy, words_for_peers
from app.cli.printing import print_json, print_table
from app.core.clock import system_clock
from app.matches.adapter import new_engine
from app.reference import service as reference
from app.reference.rules import Book
from matching import RECIPE, Engine, OfferProfile

ENGINE = "engine"
BARE = "engine, without reasons"
GROWTH_AT_MOST = 11.0
BYTES_AT_MOST = 2_000
STATE_AT_MOST = 60.0
"""Empty requests within whose cost the answer for a State of 20 needs must stay."""
COLD = 1_000
"""Offers that a cold start is timed on; it grows evenly with them."""
WRITES, TANTIVY_WRITES = 30, 7
SERVED = 5_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    sizes: tuple[int, ...]
    needs: int
    rounds: int
    texts: int
    """Different descriptions."""
    served: int
    planned: int
    """Offers to plan with."""


FULL = Plan(sizes=(5_000, 10_000, 100_000), needs=60, rounds=3, texts=6_000, served=SERVED, planned=plans.OFFERS)
QUICK = Plan(sizes=(1_000, 10_000), needs=20, rounds=2, texts=900, served=1_000, planned=500)


@dataclass(frozen=True, slots=True)
class Floor:
    """One figure that the engine should reach."""

    name: str
    reached: float
    asked: float
    more_is_better: bool

    @property
    def is_met(self) -> bool:
        """Whether the figure is reached."""
        return self.reached >= self.asked if self.more_is_better else self.reached <= self.asked

    def sentence(self) -> str:
        """The figure beside what is asked."""
        bound = "at least" if self.more_is_better else "at most"
        verdict = "met" if self.is_met else "MISSED"
        return f"{verdict}: {self.name} {self.reached:.3g} ({bound} {self.asked:.3g})"


@dataclass
class Figures:
    """Everything that one run found. Times in milliseconds."""

    offers: dict[int, dict[str, float]] = field(default_factory=dict)
    """By size: median time of a full top 20 of the engine, and of each peer."""
    bytes_an_offer: dict[int, float] = field(default_factory=dict)
    columns_bytes_an_offer: float = 0.0
    write: float = 0.0
    tantivy_write: float = 0.0
    cold_start_an_offer: float = 0.0
    vectorizer_an_offer: float = 0.0
    empty_answer: float = 0.0
    matches_answer: float = 0.0
    state_answer: float = 0.0
    state_needs: int = 0
    plan: plans.PlanFigures | None = None


def run(*, quick: bool, write: Path | None, as_json: bool) -> None:
    """Measure, print, and write the page where it is asked for."""
    plan = QUICK if quick else FULL
    figures = measure(plan)
    floors = floors_of(figures, plan)
    if as_json:
        print_json({**asdict(figures), "floors": [{**asdict(floor), "is_met": floor.is_met} for floor in floors]})
    else:
        for title, columns, rows in tables_of(figures):
            typer.echo(f"\n{title}")
            print_table(columns, rows)
        typer.echo()
        for floor in floors:
            typer.echo(floor.sentence())
    if write is not None:
        write.write_text(page(figures, floors, quick=quick, written_on=system_clock().date()), encoding="utf-8")


def measure(plan: Plan, *, tell: Callable[[str], None] = lambda line: typer.echo(line, err=True)) -> Figures:
    """Take every figure of one run."""
    book = reference.book_of_files()
    engine = new_engine(book)
    corpus = Corpus(book, engine.reader.terms, texts=plan.texts)
    figures = Figures()
    tell("cold start")
    _cold_start(figures, book, corpus)
    for size in plan.sizes:
        tell(f"{size} offers")
        _rankings(figures, plan, book, engine, corpus, size)
    tell("a plan for all States")
    figures.plan = plans.measure(book, offers=plan.planned)
    tell("the running service")
    answers = service.measure(corpus, plan.served, rounds=plan.rounds)
    figures.empty_answer, figures.matches_answer = answers.empty * 1e3, answers.matches * 1e3
    figures.state_answer, figures.state_needs = answers.state * 1e3, answers.needs
    return figures


def _cold_start(figures: Figures, book: Book, corpus: Corpus) -> None:
    """From records to the first ranking with nothing read before, beside fitting a vectorizer to the same texts."""
    offers = corpus.different_offers(COLD)
    texts = [" ".join([*offer.title.values(), *offer.description.values()]) for offer in offers]
    fresh = new_engine(book)
    figures.cold_start_an_offer = once(lambda: fresh.fit(offers)) * 1e3 / len(offers)
    figures.vectorizer_an_offer = once(lambda: TfidfVectorizer().fit(texts)) * 1e3 / len(texts)


def _rankings(figures: Figures, plan: Plan, book: Book, engine: Engine, corpus: Corpus, size: int) -> None:
    offers = list(corpus.offers(size))
    before = resident()
    engine.fit(offers)
    figures.bytes_an_offer[size] = (resident() - before) / size
    figures.columns_bytes_an_offer = _array_bytes(engine.catalogue_.main.columns) / size
    words = [words_for_peers(offer) for offer in offers]
    filters = Filters(offers, book)
    peers = [kind(offers, words, filters) for kind in PEERS]
    needs = [corpus.need(at) for at in range(plan.needs)]
    ways: dict[str, Callable[..., object]] = {
        ENGINE: lambda need: engine.rank(need, as_of=TODAY),
        BARE: lambda need: engine.scores(need, as_of=TODAY),
        **{peer.name: peer.top for peer in peers},
    }
    found = interleaved(needs, ways, rounds=plan.rounds)
    figures.offers[size] = {name: seconds * 1e3 for name, seconds in found.items()}
    if size == max(plan.sizes):
        tantivy = next(peer for peer in peers if isinstance(peer, Tantivy))
        _writes(figures, engine, tantivy, corpus, words, size)


def _writes(
    figures: Figures, engine: Engine, tantivy: Tantivy, corpus: Corpus, words: Sequence[list[str]], size: int
) -> None:
    """One offer more, from its record until the next ranking has it."""
    numbers = count(size)
    latest = engine
    ours = []
    for _ in range(WRITES):
        offer: OfferProfile = corpus.offer(next(numbers))
        start = latest
        ours.append(once(lambda start=start, offer=offer: start.updated([offer])))  # type: ignore[misc]
        latest = start.updated([offer])
    theirs = [once(lambda at=at: tantivy.add(words[at], {"*"})) for at in range(TANTIVY_WRITES)]  # type: ignore[misc]
    figures.write, figures.tantivy_write = median(ours) * 1e3, median(theirs) * 1e3


def _array_bytes(holder: object) -> int:
    """Bytes of the arrays inside."""
    if isinstance(holder, np.ndarray):
        return int(holder.nbytes)
    if isinstance(holder, dict):
        return sum(_array_bytes(one) for one in holder.values())
    if is_dataclass(holder):
        return sum(_array_bytes(getattr(holder, each.name)) for each in fields(holder))
    return sum(_array_bytes(one) for one in vars(holder).values()) if hasattr(holder, "__dict__") else 0


def floors_of(figures: Figures, plan: Plan) -> list[Floor]:
    """What is asked of the engine, and what it reached."""
    ten, largest = figures.offers[10_000], max(plan.sizes)
    floors = [
        Floor(
            "tantivy's time by the engine's, full top 20 at 10,000 offers",
            ten[Tantivy.name] / ten[ENGINE],
            1.0,
            more_is_better=True,
        )
    ]
    if largest == 100_000:
        grown = figures.offers[largest][ENGINE] / ten[ENGINE]
        floors.append(
            Floor("growth of time from 10,000 to 100,000 offers", grown, GROWTH_AT_MOST, more_is_better=False)
        )
    floors += [
        Floor(
            "bytes an offer, all texts different",
            max(figures.bytes_an_offer.values()),
            BYTES_AT_MOST,
            more_is_better=False,
        ),
        Floor(
            f"empty requests within the answer for a State of {figures.state_needs} needs",
            figures.state_answer / figures.empty_answer,
            STATE_AT_MOST,
            more_is_better=False,
        ),
    ]
    return floors


Table = tuple[str, tuple[str, ...], Sequence[tuple[str, ...]]]


def tables_of(figures: Figures) -> list[Table]:
    """The figures as tables: title, columns, rows."""
    sizes = list(figures.offers)
    ranked = [
        (
            name,
            *(f"{figures.offers[size][name]:.2f} ms" for size in sizes),
            *(f"{figures.offers[size][name] / figures.offers[size][ENGINE]:.3g}" for size in sizes),
        )
        for name in figures.offers[sizes[0]]
    ]
    other = [
        ("growth of the engine's time, " + f"{sizes[-2]:,} to {sizes[-1]:,}",
         f"{figures.offers[sizes[-1]][ENGINE] / figures.offers[sizes[-2]][ENGINE]:.2f}"),
        *((f"memory an offer, {size:,} offers", f"{figures.bytes_an_offer[size]:,.0f} bytes") for size in sizes),
        ("of it arrays", f"{figures.columns_bytes_an_offer:,.0f} bytes"),
        ("a changed offer until it is ranked", f"{figures.write:.2f} ms"),
        ("the same in tantivy: add, commit, reload", f"{figures.tantivy_write:.2f} ms"),
        ("tantivy's time by the engine's", f"{figures.tantivy_write / figures.write:.3g}"),
        ("cold start, an offer", f"{figures.cold_start_an_offer:.2f} ms"),
        ("fitting a TF-IDF vectorizer, an offer", f"{figures.vectorizer_an_offer:.2f} ms"),
        ("HTTP: an empty answer behind the same authentication", f"{figures.empty_answer:.2f} ms"),
        ("HTTP: matches of a need", f"{figures.matches_answer:.2f} ms"),
        ("matches as a share of the empty answers a second", f"{figures.empty_answer / figures.matches_answer:.3f}"),
        (f"HTTP: a State of {figures.state_needs} needs", f"{figures.state_answer:.2f} ms"),
        ("the same in empty answers", f"{figures.state_answer / figures.empty_answer:.1f}"),
    ]  # fmt: skip
    if figures.plan is not None:
        one = figures.plan
        other += [
            (f"plan: {one.needs:,} needs of all States, {one.offers:,} offers, {one.pairs:,} pairs",
             f"{one.seconds:.1f} s"),
            ("plan: needs covered, of which no plan covers weightier ones by more than",
             f"{one.covered:,}, {one.value_bound - one.value:,} of {one.value:,}"),
            ("plan: offers taken, and what is proven to be needed", f"{one.used:,}, {one.used_bound:,}"),
            ("plan: gap to the bound", f"{one.gap:.2%}"),
        ]  # fmt: skip
    heads = (*(f"{size:,} offers" for size in sizes), *(f"by the engine's, {size:,}" for size in sizes))
    return [
        (
            "Full top 20, State and day filtered; peers' time by the engine's: above 1 the engine is faster",
            ("", *heads),
            ranked,
        ),
        ("Beside it", ("", "figure"), other),
    ]


def page(figures: Figures, floors: Sequence[Floor], *, quick: bool, written_on: date) -> str:
    """The page of the last figures."""
    command = "taysir bench --quick" if quick else "taysir bench"
    parts = [
        "# Benchmark",
        f"Written by `{command} --write docs/benchmark.md` (`make bench` runs it); not edited by hand.",
        f"{written_on.isoformat()}, recipe {RECIPE.version}, Python {platform.python_version()},"
        f" NumPy {np.__version__}. Read the ratios: times move with the machine and its load.",
        "One run, one process; for each need every engine is asked in turn, another one first each time; medians. The"
        " catalogue is generated from a seed: real sentences of the samples in six languages with wordings of the"
        " concepts, scopes from one State to the world. The engine's time holds gates, scores, findings with evidence"
        " and near misses; the peers rank the same words of the need's text under the same filters and give no reason.",
    ]
    for title, columns, rows in tables_of(figures):
        lines = [f"| {' | '.join(row)} |" for row in [columns, ("---",) * len(columns), *rows]]
        parts += [f"## {title.partition(',')[0]}", title + ".", "\n".join(lines)]
    parts += ["## What is asked", "\n".join(f"- {floor.sentence()}" for floor in floors)]
    return "\n\n".join(parts) + "\n"
