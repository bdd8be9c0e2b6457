"""Gaps: needs that nothing covers enough, ranked for those who design projects."""
