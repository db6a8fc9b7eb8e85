"""Probes, conditions, states and history."""
