"""The engine's own errors, one small family."""


class MatchingError(Exception):
    """Base of all errors that the engine raises."""


class NotFitted(MatchingError):
    """The engine was asked before it had learnt any offers."""


class BadTerms(MatchingError):
    """A term file cannot be read: the message names file, line and what would be right."""


class BadRecipe(MatchingError):
    """A recipe cannot be read: the message names the field and what would be right."""


class UnknownOffer(MatchingError):
    """The engine has no offer of this id: the message is the id."""


class NotProposed(MatchingError):
    """No recipe is proposed: the message says why."""
