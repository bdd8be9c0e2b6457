"""Visits of CTED to States, with the Committee's recommendations, kept word for word."""
