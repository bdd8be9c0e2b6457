"""Synergies: offers that overlap or complete each other, resolution 1377's possible synergies."""
