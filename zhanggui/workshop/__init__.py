"""The cellar: what the house does by itself, at its time, in one process only."""
