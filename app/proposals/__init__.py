"""Proposals: needs read out of recommendations, for a person to correct and record; nothing is saved here."""
