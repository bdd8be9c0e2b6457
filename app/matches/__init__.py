"""Matches: offers ranked for needs and needs for offers, computed live over what the reader may see."""
