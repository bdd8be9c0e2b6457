"""Giving, confirming and withdrawing a State's consent; what a consent does is decided in `access` and `needs`."""
