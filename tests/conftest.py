"""For all tests: nothing of the person who runs them gets in, and a busy machine is no failure."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says more about the machine than about the code.
settings.register_profile("handrail", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("handrail")

# What the test run itself is told through: the wheel under test, and where the snapshot plugin collects its report.
KEPT = ("HANDRAIL_WHEEL", "TEXTUAL_SNAPSHOT_TEMPDIR")


@pytest.fixture(autouse=True, scope="session")
def _nobodys_settings() -> None:
    """A theme, a state folder or a name from the outside would change what the tests see."""
    for name in list(os.environ):
        if name.startswith(("HANDRAIL_", "TEXTUAL_")) and name not in KEPT:
            del os.environ[name]
    for name in ("NO_COLOR", "SSH_CONNECTION"):
        os.environ.pop(name, None)
