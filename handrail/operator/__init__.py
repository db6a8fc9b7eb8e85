"""The operator: the only door to a change, the acts behind it, and what a console does between two keys."""
