"""What the gateway and the loop kernel answer: one row per endpoint."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from handrail.drill.claw import DAY, LOOPS, Claw, stamp
from handrail.drill.files import BALLAST, token, write


class Reply(NamedTuple):
    """`body` is sent as JSON; a str is sent as an HTML page."""

    status: int
    body: Any


Query = Mapping[str, str]
Answer = Callable[[Claw, Query], Reply]


def _sets(system: str, event: str, **values: Any) -> Answer:
    """An endpoint that sets values of one system, notes it in trace and command log, and answers what it set."""

    def answer(claw: Claw, query: Query) -> Reply:
        claw.system(system).update(values)
        claw.event(system, event)
        claw.command(f"{system} {event}")
        return Reply(200, {"ok": True, **values})

    return answer


# -- gmail


def _gmail_status(claw: Claw, query: Query) -> Reply:
    gmail = claw.system("gmail")
    return Reply(200, {
        "connected": gmail["connected"],
        "watchActive": gmail["watchActive"],
        "client": gmail["client"] if gmail["connected"] else None,
        "tokenExpiresAt": stamp(claw.began + gmail["tokenDays"] * DAY) if gmail["connected"] else None,
        "historyId": claw.history_id(),
    })


def _watch_status(claw: Claw, query: Query) -> Reply:
    gmail = claw.system("gmail")
    return Reply(200, {"active": gmail["watchActive"], "expiresAt": stamp(claw.began + gmail["watchDays"] * DAY)})


def _watch_start(claw: Claw, query: Query) -> Reply:
    gmail = claw.system("gmail")
    if not gmail["connected"]:
        return Reply(409, {"error": "gmail is not connected: complete the OAuth flow first"})
    days = (time.time() - claw.began) / DAY + 7
    gmail.update(watchActive=True, watchDays=days)
    claw.event("gmail", "watch_started")
    claw.command("gmail watch_started")
    return Reply(200, {"active": True, "expiresAt": stamp(claw.began + days * DAY)})


def _oauth_start(claw: Claw, query: Query) -> Reply:
    return Reply(200, "<!doctype html><title>Practice consent</title><h1>Connect Gmail</h1>"
                      "<p>This is a practice world: nobody is asked for a real account.</p>"
                      '<form method="post" action="/auth/gmail/consent"><button>Allow</button></form>'
                      "<p>Without a browser: send a POST to /auth/gmail/consent here.</p>\n")


def _oauth_consent(claw: Claw, query: Query) -> Reply:
    path = claw.state_folder / "auth" / "gmail-tokens.json"
    try:
        write(path, token("alwaysclaw-desktop"))
    except OSError as error:
        return Reply(500, {"error": f"the token cannot be stored: {error.strerror}"})
    claw.system("gmail").update(connected=True, client="alwaysclaw-desktop", tokenDays=30.0)
    claw.event("gmail", "token_granted", client="alwaysclaw-desktop")
    claw.command("gmail token_granted")
    return Reply(200, "<!doctype html><title>Practice consent</title><h1>Connected</h1>"
                      "<p>Go back to the runbook.</p>\n")


# -- twilio


def _twilio_status(claw: Claw, query: Query) -> Reply:
    twilio = claw.system("twilio")
    if twilio["ending"] and twilio["activeCalls"]:
        twilio["activeCalls"] -= 1
    return Reply(200, {"webhookEnabled": twilio["webhookEnabled"], "activeCalls": twilio["activeCalls"],
                       "rateLimited": twilio["rateLimited"], "signatureValid": twilio["signatureValid"]})


def _end_calls(claw: Claw, query: Query) -> Reply:
    twilio = claw.system("twilio")
    twilio["ending"] = twilio["lingering"]
    if not twilio["lingering"]:
        twilio["activeCalls"] = 0
    claw.event("twilio", "calls_ended")
    claw.command("twilio calls_ended")
    return Reply(200, {"ok": True, "activeCalls": twilio["activeCalls"]})


def _test_webhook(claw: Claw, query: Query) -> Reply:
    twilio = claw.system("twilio")
    if not claw.services.runs("alwaysclaw-twilio"):
        return Reply(502, {"valid": False, "error": "alwaysclaw-twilio is not running"})
    if not twilio["signatureValid"]:
        return Reply(403, {"valid": False, "error": "signature mismatch"})
    return Reply(200, {"valid": True})


# -- browser and voice


def _browser_status(claw: Claw, query: Query) -> Reply:
    running = claw.services.browser.running()
    browser = claw.system("browser")
    sessions, foreign = (browser["activeSessions"], browser["foreign"]) if running else (0, 0)
    return Reply(200, {"activeSessions": sessions, "processRunning": running, "foreignSessions": foreign})


def _browser_health(claw: Claw, query: Query) -> Reply:
    profiles = claw.state_folder / "browser" / "profiles"
    expired = claw.system("browser")["expired"]
    sessions = []
    for profile in sorted(profiles.glob("*")):
        here = (profile / "cookies").exists() and profile.name not in expired
        sessions.append({"site": profile.name, "healthy": here, "expired": not here})
    return Reply(200, {"healthy": all(session["healthy"] for session in sessions), "login": "/browser/login",
                       "sessions": sessions})


def _login_page(claw: Claw, query: Query) -> Reply:
    return Reply(200, "<!doctype html><title>Practice login</title><h1>Managed login</h1>"
                      "<p>This is a practice world: one press logs into every site.</p>"
                      '<form method="post" action="/api/browser/sessions/login"><button>Log in</button></form>'
                      "<p>Without a browser: send a POST to /api/browser/sessions/login here.</p>\n")


def _browser_login(claw: Claw, query: Query) -> Reply:
    """The managed login flow, cut short: every site is logged in again."""
    profiles = claw.state_folder / "browser" / "profiles"
    sites = [profile.name for profile in profiles.glob("*")]
    for site in sites:
        write(profiles / site / "cookies", f"session={site}-practice-new\n")
    claw.system("browser").update(expired=(), activeSessions=len(sites))
    claw.event("browser", "sessions_opened")
    return Reply(200, {"ok": True, "activeSessions": len(sites)})


def _voice_status(claw: Claw, query: Query) -> Reply:
    # The voice service listens behind the gateway: when it is stopped the gateway says 502, and no port refuses.
    if not claw.services.runs("alwaysclaw-voice"):
        return Reply(502, {"error": "the voice service does not run"})
    voice = claw.system("voice")
    return Reply(200, {"running": True, "activeStreams": voice["activeStreams"], "orphanedStreams": voice["orphaned"]})


# -- snapshots and traces


def _metrics(claw: Claw, query: Query) -> Reply:
    metrics = claw.system("metrics")
    return Reply(200, {
        "exportedAt": stamp(time.time() - metrics["delay"]),
        "latency": {"p50": metrics["p95"] // 3, "p95": metrics["p95"], "unit": "ms"},
        "process": {"pid": os.getpid(), "rssMb": metrics["rssMb"], "openFiles": metrics["openFiles"], "maxFiles": 1024,
                    "stateFreeMb": 120 if (claw.state_folder / BALLAST).exists() else 18_400,
                    "uptimeSeconds": int(time.time() - claw.began)},
        "errorBudget": {"used": 0.12},
    })


def _memory(claw: Claw, query: Query) -> Reply:
    return Reply(200, {"takenAt": stamp(time.time()), "contextPressure": claw.system("memory")["contextPressure"],
                       "entries": [{"id": number, "kind": "fact"} for number in range(1, 41)]})


def _trace(claw: Claw, query: Query) -> Reply:
    wanted = query.get("channel")
    events = [event for event in claw.events if wanted is None or event["channel"] == wanted]
    last = query.get("last", "")
    return Reply(200, events[-int(last):] if last.isdigit() and int(last) else events)


# -- loop kernel


def _state_dump(claw: Claw, query: Query) -> Reply:
    loops = claw.system("loops")
    rows = []
    for name in LOOPS:
        state = loops["allState"] or (loops["guard"] if name == "exfiltration-guard" else "running")
        rows.append({"name": name, "state": state, "consecutiveFailures": 6 if name == loops["failing"] else 0})
    return Reply(200, {"takenAt": stamp(time.time()), "mode": loops["mode"],
                       "restartBudget": {"used": loops["restartsUsed"], "limit": 5}, "loops": rows})


def _history(claw: Claw, query: Query) -> Reply:
    loops = claw.system("loops")
    runs = [{"job": name, "at": stamp(claw.began - 3600 * hour), "ok": name != loops["failing"],
             "missed": int(name == loops["missed"] and hour == 1)}
            for name in LOOPS for hour in range(24, 0, -1)]
    return Reply(200, {"since": query.get("since", "24h"), "runs": runs})


GATEWAY: dict[tuple[str, str], Answer] = {
    ("GET", "/api/gmail/status"): _gmail_status,
    ("GET", "/api/gmail/watch/status"): _watch_status,
    ("POST", "/api/gmail/watch/start"): _watch_start,
    ("POST", "/api/gmail/watch/stop"): _sets("gmail", "watch_stopped", watchActive=False),
    ("POST", "/api/auth/gmail/revoke"): _sets("gmail", "token_revoked", connected=False),
    ("GET", "/auth/gmail/start"): _oauth_start,
    ("POST", "/auth/gmail/consent"): _oauth_consent,
    ("GET", "/api/twilio/status"): _twilio_status,
    ("POST", "/api/twilio/webhook/disable"): _sets("twilio", "webhook_disabled", webhookEnabled=False),
    ("POST", "/api/twilio/webhook/enable"): _sets("twilio", "webhook_enabled", webhookEnabled=True),
    ("POST", "/api/twilio/calls/terminate-all"): _end_calls,
    ("POST", "/api/twilio/test-webhook"): _test_webhook,
    ("GET", "/api/browser/status"): _browser_status,
    ("POST", "/api/browser/sessions/close-all"): _sets("browser", "sessions_closed", activeSessions=0, foreign=0),
    ("GET", "/api/browser/sessions/health"): _browser_health,
    ("GET", "/browser/login"): _login_page,
    ("POST", "/api/browser/sessions/login"): _browser_login,
    ("GET", "/api/voice/status"): _voice_status,
    ("POST", "/api/voice/streams/terminate-all"): _sets("voice", "streams_ended", activeStreams=0, orphaned=0),
    ("GET", "/api/events/trace"): _trace,
    ("GET", "/api/memory/snapshot"): _memory,
    ("GET", "/api/metrics/snapshot"): _metrics,
}

KERNEL: dict[tuple[str, str], Answer] = {
    ("GET", "/api/loops/state-dump"): _state_dump,
    ("GET", "/api/loops/history"): _history,
}


def answer(table: Mapping[tuple[str, str], Answer], claw: Claw, method: str, path: str, query: Query) -> Reply:
    """The reply of one request: 404 for no such path, 405 for another method on a known one."""
    if found := table.get((method, path)):
        return found(claw, query)
    if any(known == path for _, known in table):
        return Reply(405, {"error": f"{method} is not allowed here"})
    return Reply(404, {"error": "no such endpoint"})
