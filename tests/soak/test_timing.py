"""How well the time of an answer tells something hidden from nothing."""

from time import perf_counter
from uuid import uuid4

from scipy.stats import rankdata

from tests.world import World

MOST_AUC = 0.55
"""0.5 is a coin."""


def test_time_hardly_tells_hidden_from_absent(world: World, pairs: int) -> None:
    """The area under the curve of a guess by time, over requests in turn for a hidden need and for none."""
    hidden = [world.make_need()["id"] for _ in range(50)]
    times: list[float] = []
    for turn in range(pairs + 50):
        for key in (hidden[turn % len(hidden)], str(uuid4()))[:: 1 if turn % 2 else -1]:
            start = perf_counter()
            world.unodc.ask("GET", f"/needs/{key}", expect=404)
            times.append(perf_counter() - start)
    # The first answers warm what is kept in memory.
    rows = [times[place : place + 2] for place in range(100, len(times), 2)]
    of_hidden = [row[0] if turn % 2 else row[1] for turn, row in enumerate(rows, start=50)]
    of_absent = [row[1] if turn % 2 else row[0] for turn, row in enumerate(rows, start=50)]
    ranks = rankdata(of_hidden + of_absent)[: len(rows)]
    auc = (ranks.sum() - len(rows) * (len(rows) + 1) / 2) / len(rows) ** 2
    print(f"\n{len(rows)} pairs, AUC {auc:.3f}")  # noqa: T201 - the figure is what the run is for
    assert abs(auc - 0.5) <= MOST_AUC - 0.5
