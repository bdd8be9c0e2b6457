"""The matching engine: plain values in, scores and findings out."""
