"""`taysir bench`: the engine and the service beside what people would use instead, in one run, as ratios."""
