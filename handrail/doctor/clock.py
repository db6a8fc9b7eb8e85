"""Whether something keeps the clock: every event has a time, and reviews compare them."""

from __future__ import annotations

import ctypes

from handrail.doctor.finding import Finding

UNSYNCHRONISED = 5  # TIME_ERROR
ROOM = 1024  # B, more than a struct timex has anywhere


def clock() -> Finding:
    """Asks the kernel (adjtimex, changing nothing) whether its clock is disciplined."""
    try:
        told = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(ROOM))
    except (OSError, AttributeError):
        return Finding("clock", "ok", "Not looked at: this kernel does not say.")
    if told == UNSYNCHRONISED:
        return Finding("clock", "warn", "The times on record may be off: nothing keeps this clock.",
                       "sudo timedatectl set-ntp true")
    return Finding("clock", "ok", "The clock is kept.")
