"""Offers: what providers are ready to give; only their owner writes them, published ones are ranked."""
