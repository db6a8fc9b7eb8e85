"""The blanks of a checklist: what must be known before a step runs, what it could be, and what may not be kept."""
