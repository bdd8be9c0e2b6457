"""Referrals: one need put to one provider by a person, and every step that follows until both sides have checked it."""
