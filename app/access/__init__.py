"""People and rights: organisations, accounts, API keys, roles, and the consents of States."""
