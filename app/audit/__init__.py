"""The audit: who read and did what, one hash-chained record a request, without content."""
