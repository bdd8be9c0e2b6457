"""Figures: what is open, what is unmet and how long things take, over what each reader may see."""
