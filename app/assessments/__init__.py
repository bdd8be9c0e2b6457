"""Assessments: desk reviews of States, edition by edition, item by item; nothing here scores or ranks a State."""
