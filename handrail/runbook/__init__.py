"""Markdown in, Runbook out; pure."""
