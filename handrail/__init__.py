"""Handrail without a screen: runbooks, runs, incidents, health. Imports neither textual nor rich."""

__version__ = "0.1.0"
