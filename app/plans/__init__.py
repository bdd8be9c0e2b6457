"""Plans: the smallest mix of offers that covers what a State needs most."""
