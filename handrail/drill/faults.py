"""What can go wrong in a practice world: data only. `claw` applies the changes, `web` the manners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from handrail.errors import UsageError

How = Literal[
    "refuse",   # the port refuses connections; `where` is a door: gateway or loops
    "flap",     # as refuse, on and off every `value` seconds
    "slow",     # answers after `value` seconds
    "hang",     # takes the request and never answers
    "half",     # promises more bytes than it sends
    "garbage",  # answers HTTP 200 with a page instead of JSON
    "error",    # answers HTTP `value`
    "says",     # answers as ever, with the keys of `value` forced over the truth
]


class Manner(NamedTuple):
    """How a door (gateway, loops) or the paths that begin with `where` behave while a fault is in."""

    where: str
    how: How
    value: Any = None


class Fault(NamedTuple):
    """One fault. `changes` are set once, when it is injected, so that the right steps can mend them.

    A key of `changes` is SYSTEM.NAME of the world's state, or `service UNIT` with its new word.
    `events` are appended to the event trace; `log` lines go to the watchdog's log.
    `shows` names the containment type or the severity example that a person can practise with it.
    """

    name: str
    sentence: str
    shows: str
    changes: Mapping[str, Any] = {}
    manners: tuple[Manner, ...] = ()
    events: tuple[Mapping[str, str], ...] = ()
    log: tuple[str, ...] = ()


def _event(channel: str, kind: str, level: str = "error", **more: str) -> Mapping[str, str]:
    return {"channel": channel, "type": kind, "level": level, **more}


FAULTS: tuple[Fault, ...] = (
    Fault(
        "gmail-compromise",
        "An unknown client holds the Gmail token and has stopped the watch.",
        "containment: credential compromise",
        changes={"gmail.connected": True, "gmail.client": "unknown-client-7f3a", "gmail.watchActive": False},
        events=(_event("gmail", "token_used", "warning", client="unknown-client-7f3a", address="203.0.113.44"),
                _event("gmail", "watch_stopped", "warning", client="unknown-client-7f3a")),
    ),
    Fault(
        "wrong-body",
        "The gateway accepts the revoke and goes on saying that Gmail is connected.",
        "containment: credential compromise",
        manners=(Manner("/api/gmail/status", "says", {"connected": True}),),
    ),
    Fault(
        "gmail-watch-expired",
        "The Gmail watch was not renewed in time and has lapsed.",
        "P2: Gmail integration down",
        changes={"gmail.watchActive": False, "gmail.watchDays": -1},
        events=(_event("gmail", "watch_expired"),),
    ),
    Fault(
        "gmail-revoked",
        "The mail provider has revoked the OAuth token.",
        "P2: Gmail integration down",
        changes={"gmail.connected": False, "gmail.watchActive": False},
        events=(_event("gmail", "token_refused"),),
    ),
    Fault(
        "gmail-sync-stuck",
        "The Gmail history pointer no longer moves.",
        "containment: integration failure",
        changes={"gmail.historyMoves": False},
        events=(_event("gmail", "history_gap", "warning"),),
    ),
    Fault(
        "gmail-slow",
        "Every Gmail endpoint answers after three seconds.",
        "containment: integration failure",
        manners=(Manner("/api/gmail", "slow", 3.0),),
    ),
    Fault(
        "gmail-hang",
        "The Gmail endpoints take requests and never answer.",
        "containment: integration failure",
        manners=(Manner("/api/gmail", "hang"),),
    ),
    Fault(
        "half-answer",
        "The connection breaks in the middle of each Gmail answer.",
        "containment: integration failure",
        manners=(Manner("/api/gmail", "half"),),
    ),
    Fault(
        "garbage-answer",
        "A proxy in between answers every Gmail request with a page of its own, and HTTP 200.",
        "containment: integration failure",
        manners=(Manner("/api/gmail", "garbage"),),
    ),
    Fault(
        "twilio-compromise",
        "Calls that nobody asked for are running on our Twilio key.",
        "containment: credential compromise",
        changes={"twilio.activeCalls": 7},
        events=(_event("twilio", "call_started", "warning", to="+15550100", by="unknown"),),
    ),
    Fault(
        "twilio-calls-linger",
        "Calls that were told to end go on ending one by one.",
        "containment: credential compromise",
        changes={"twilio.lingering": True, "twilio.activeCalls": 4},
    ),
    Fault(
        "twilio-signature",
        "Twilio webhooks fail signature validation until the key is rotated and the integration restarted.",
        "P2: Twilio webhooks failing signature validation",
        changes={"twilio.signatureValid": False},
        events=(_event("twilio", "signature_mismatch"),),
    ),
    Fault(
        "twilio-rate-limited",
        "Twilio answers that we call too often.",
        "containment: integration failure",
        changes={"twilio.rateLimited": True},
        events=(_event("twilio", "rate_limited", "warning"),),
    ),
    Fault(
        "browser-hijack",
        "A browser session is steered from outside.",
        "containment: credential compromise",
        changes={"browser.activeSessions": 4, "browser.foreign": 1},
        events=(_event("browser", "session_attached", "warning", address="203.0.113.44"),),
    ),
    Fault(
        "browser-session-expired",
        "The session of one managed site has expired.",
        "P3: browser profile session expired",
        changes={"browser.expired": ("tickets",)},
        events=(_event("browser", "session_expired", "warning", site="tickets"),),
    ),
    Fault(
        "voice-leak",
        "A voice stream goes on after its call has ended.",
        "containment: data leak",
        changes={"voice.activeStreams": 3, "voice.orphaned": 2},
        events=(_event("voice", "stream_orphaned", "warning"),),
    ),
    Fault(
        "voice-down",
        "The voice service has stopped; everything else works.",
        "P2: voice service unresponsive",
        changes={"service alwaysclaw-voice": "failed"},
        events=(_event("voice", "service_lost"),),
        log=("alwaysclaw-voice: crash, exit 134",),
    ),
    Fault(
        "data-leak",
        "Mail with customer data leaves, and the exfiltration guard is not running.",
        "containment: data leak",
        changes={"loops.guard": "stopped"},
        events=(_event("gmail", "attachment_sent", "warning", to="outside@example.net", bytes="482113"),),
    ),
    Fault(
        "crash-loop",
        "The gateway's worker crashes again and again; the restart budget is spent and the mode is degraded.",
        "containment: service crash",
        changes={"loops.mode": "degraded", "loops.restartsUsed": 5},
        events=(_event("gateway", "worker_crashed"),),
        log=("gateway worker: crash, exit 139", "gateway worker: crash, exit 139",
             "restart budget exhausted, mode degraded"),
    ),
    Fault(
        "loops-preflight",
        "Every loop of the kernel is stuck in preflight.",
        "P2: loop kernel stuck in preflight",
        changes={"loops.allState": "preflight"},
        events=(_event("loops", "preflight_timeout"),),
    ),
    Fault(
        "loop-failing",
        "One loop that is not critical fails each time it runs.",
        "P3: single non-critical loop failing",
        changes={"loops.failing": "news-digest"},
        events=(_event("loops", "loop_failed", "warning", loop="news-digest"),),
    ),
    Fault(
        "cron-missed",
        "A scheduled job has missed its window.",
        "P3: cron job missed its window",
        changes={"loops.missed": "nightly-backup"},
        events=(_event("loops", "window_missed", "warning", job="nightly-backup"),),
    ),
    Fault(
        "compaction-failing",
        "Memory compaction fails and the context fills up.",
        "P2: memory compaction failing",
        changes={"memory.contextPressure": 0.94},
        events=(_event("memory", "compaction_failed"), _event("memory", "compaction_failed")),
    ),
    Fault(
        "memory-exhaustion",
        "The gateway's memory grows towards its limit.",
        "quick reference: memory exhaustion",
        changes={"metrics.rssMb": 3890},
        events=(_event("gateway", "memory_pressure", "warning"),),
    ),
    Fault(
        "descriptors-exhausted",
        "The gateway runs out of file descriptors.",
        "containment: service crash",
        changes={"metrics.openFiles": 1_011},
        events=(_event("gateway", "too_many_open_files", "warning"),),
    ),
    Fault(
        "disk-critical",
        "An old debug log fills the disk of the state directory.",
        "quick reference: disk space critical",
        changes={"files.room": "none"},
        events=(_event("gateway", "no_space_left", "warning"),),
    ),
    Fault(
        "log-format",
        "Lines of the command log come in two formats.",
        "P4: log formatting inconsistency",
        changes={"files.commands": "odd"},
    ),
    Fault(
        "metrics-delayed",
        "The metrics export stands still.",
        "P3: metrics export delayed",
        changes={"metrics.delay": 900},
    ),
    Fault(
        "latency-regression",
        "Answers take half as long again as last week.",
        "P3: latency regression within the objective",
        changes={"metrics.p95": 610},
    ),
    Fault(
        "distribution-broken",
        "The WSL2 distribution does not start any more.",
        "P1: distribution does not start",
        changes={"files.distribution": "broken"},
    ),
    Fault(
        "state-gone",
        "The state directory cannot be reached.",
        "P1: state directory inaccessible",
        changes={"files.state": "away"},
        events=(_event("gateway", "state_unreachable"),),
    ),
    Fault(
        "gateway-down",
        "The gateway has ended: its port refuses connections.",
        "P1: gateway cannot recover",
        manners=(Manner("gateway", "refuse"),),
        log=("gateway: crash, exit 1", "gateway: crash at start, exit 1"),
    ),
    Fault(
        "gateway-flapping",
        "The gateway comes and goes every two seconds.",
        "containment: service crash",
        manners=(Manner("gateway", "flap", 2.0),),
        log=("gateway: crash, exit 1",),
    ),
    Fault(
        "gateway-errors",
        "The gateway answers every request with HTTP 500.",
        "containment: integration failure",
        manners=(Manner("gateway", "error", 500),),
    ),
    Fault(
        "loops-down",
        "The loop kernel has ended: its port refuses connections.",
        "containment: service crash",
        manners=(Manner("loops", "refuse"),),
        log=("loop kernel: crash, exit 1",),
    ),
    Fault(
        "all-down",
        "Every critical part has ended at the same time.",
        "P1: all critical components fail",
        changes={"service alwaysclaw-voice": "failed", "service alwaysclaw-browser": "failed",
                 "service alwaysclaw-twilio": "failed"},
        manners=(Manner("gateway", "refuse"), Manner("loops", "refuse")),
        log=("gateway: crash, exit 1", "loop kernel: crash, exit 1"),
    ),
)


def named(name: str) -> Fault:
    """The fault of that name. Raises UsageError naming those there are."""
    for fault in FAULTS:
        if fault.name == name:
            return fault
    known = ", ".join(fault.name for fault in FAULTS)
    raise UsageError(f"There is no fault called {name!r}.", "", f"Known faults: {known}.")
