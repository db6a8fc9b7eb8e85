"""The runbooks a team has: where they lie, what they say, and how they lead to one another."""
