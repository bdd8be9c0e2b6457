"""Opens the solver of plans and the engine that says which offers serve which needs."""

from app.matches.adapter import Engine, NeedProfile
from matching.plan import Give, Holds, Plan, Want, solve

__all__ = ["Engine", "Give", "Holds", "NeedProfile", "Plan", "Want", "give_of", "solve"]


def give_of(engine: Engine, offer_id: str) -> Give:
    """An offer with the room that it has left. Days and money set no limit here: what each need takes of them is agreed
    later; an offer without any left is shut out by the engine's own gate."""
    capacity = engine.profile(offer_id).capacity
    if capacity is None or capacity.unlimited or capacity.total is None or capacity.unit not in ("states", "places"):
        return Give(offer_id)
    room = max(int(capacity.total - capacity.committed), 0)
    return Give(offer_id, room, Holds.STATES if capacity.unit == "states" else Holds.NEEDS)
