"""Verdicts: what officers decided on a match, frozen with its findings; and the recipes that are learnt from them."""
