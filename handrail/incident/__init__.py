"""The record: events, and what they add up to."""
