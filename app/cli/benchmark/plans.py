"""Plans at the field's size: every State with twenty needs, against two thousand offers."""

from dataclasses import dataclass
from random import Random
from time import perf_counter

from app.reference.rules import Book
from matching.plan import Give, Holds, Plan, Want, solve

NEEDS_A_STATE, OFFERS = 20, 2_000
KINDS = "abcd"
SERVES = 0.55


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """What one plan took, and what is proven of it."""

    needs: int
    offers: int
    pairs: int
    seconds: float
    covered: int
    value: int
    value_bound: int
    used: int
    used_bound: int

    @property
    def gap(self) -> float:
        """0 where the plan is proven to be the best."""
        lost = 1 - self.value / self.value_bound if self.value_bound else 0.0
        return max(lost, 1 - self.used_bound / self.used if self.used else 0.0)


def measure(book: Book, *, offers: int = OFFERS, seconds: float = 60.0, seed: int = 7) -> PlanFigures:
    """Draw needs and offers over the sub-areas and States, and plan for all of them at once.

    Half of the offers state no room, a quarter each counts places or States; scopes go from one State to the world.
    """
    chance = Random(seed)  # noqa: S311 - a corpus, not a secret
    states, themes = sorted(book.states), sorted(code for code, area in book.theme_parents.items() if area)
    wants: list[Want] = []
    about: dict[tuple[str, str], list[Want]] = {}
    for state in states:
        for rank in range(1, NEEDS_A_STATE + 1):
            want = Want(f"{state}-{rank:02}", state, max(1, round(1000 * chance.choice((1.0, 0.6, 0.3)) / rank)))
            about.setdefault((chance.choice(themes), chance.choice(KINDS)), []).append(want)
            wants.append(want)
    gives: list[Give] = []
    scores: dict[tuple[str, str], float] = {}
    for number in range(offers):
        name = f"o{number:05}"
        scope = set(chance.sample(states, chance.choice((1, 3, 8, 15, 40, len(states)))))
        counts = chance.choice((None, None, *Holds))
        gives.append(Give(name, chance.choice((1, 2, 3, 5, 8, 12)) if counts else None, counts or Holds.NEEDS))
        kinds = chance.sample(KINDS, chance.choice((1, 2)))
        for theme in chance.sample(themes, chance.choice((1, 1, 2, 3))):
            for want in (want for kind in kinds for want in about.get((theme, kind), ())):
                if want.state in scope:
                    scores[want.id, name] = chance.uniform(SERVES, 1.0)
    start = perf_counter()
    plan: Plan = solve(wants, gives, scores, seconds=seconds)
    return PlanFigures(
        len(wants), len(gives), len(scores), perf_counter() - start, len(plan.covers), plan.value, plan.value_bound,
        plan.offers, plan.offers_bound,
    )  # fmt: skip
