"""The practised system itself: a small state that really changes. `routes` is its face, `faults` what befalls it."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from handrail.drill.faults import FAULTS, Fault, Manner
from handrail.drill.files import befall
from handrail.drill.services import Services

DAY = 86_400.0
BEAT = 30.0
CHANNELS = ("gmail", "twilio", "browser", "voice")
LOOPS = ("mail-triage", "calendar-sync", "news-digest", "exfiltration-guard", "nightly-backup", "memory-compaction")

_BY_NAME = {fault.name: fault for fault in FAULTS}


def healthy() -> dict[str, dict[str, Any]]:
    """Every system when nothing is wrong. Times are days or seconds relative to the world's start."""
    return {
        "gmail": {"connected": True, "watchActive": True, "client": "alwaysclaw-desktop", "watchDays": 7.0,
                  "tokenDays": 30.0, "historyId": 481_200, "historyMoves": True},
        "twilio": {"webhookEnabled": True, "activeCalls": 2, "rateLimited": False, "signatureValid": True,
                   "lingering": False, "ending": False},
        "browser": {"activeSessions": 3, "foreign": 0, "expired": ()},
        "voice": {"activeStreams": 1, "orphaned": 0},
        "memory": {"contextPressure": 0.41},
        "metrics": {"delay": 0, "p95": 380, "rssMb": 640, "openFiles": 118},
        "loops": {"mode": "normal", "restartsUsed": 0, "allState": "", "failing": "", "missed": "", "guard": "running"},
        "files": {"state": "here", "room": "enough", "commands": "even", "distribution": "whole"},
    }


def stamp(seconds: float) -> str:
    """Epoch seconds as ISO 8601 UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class Claw:
    """The state of one world. Callers hold `lock` around `sync` and whatever they read or change after it.

    `folder` is the world's own. What a person or a stand-in tool does from outside arrives as files:
    `faults.json` (the active faults) and `services/UNIT`; `sync` takes it in.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state_folder = folder / "home" / "state"
        self.began = time.time()
        self.lock = threading.RLock()
        self.systems = healthy()
        self.faults: tuple[Fault, ...] = ()
        self.services = Services(folder)
        self._faults_seen: tuple[int, int] | None = None
        self._changed_at: dict[str, float] = {}
        self._beaten = self.began
        self.events: deque[dict[str, Any]] = deque(self._quiet_hour(), maxlen=2_000)

    def system(self, name: str) -> dict[str, Any]:
        return self.systems[name]

    @property
    def manners(self) -> tuple[Manner, ...]:
        return tuple(manner for fault in self.faults for manner in fault.manners)

    def sync(self) -> None:
        """Take in faults put in or cleared, and services started or stopped, since the last call."""
        self._sync_faults()
        for unit in self.services.sync():
            self._unit_changed(unit)
        if (now := time.time()) - self._beaten >= BEAT:
            self._beaten = now
            self.event("gateway", "heartbeat")

    def event(self, channel: str, kind: str, level: str = "info", **more: Any) -> None:
        """Append to the event trace."""
        self.events.append({"ts": stamp(time.time()), "channel": channel, "type": kind, "level": level, **more})

    def command(self, words: str) -> None:
        """Append to the gateway's command log, if the state folder is there to be written."""
        self._append("commands.jsonl", json.dumps({"ts": stamp(time.time()), "by": "api", "command": words}))

    def history_id(self) -> int:
        """The mail history pointer; it moves on every five seconds unless a fault holds it."""
        gmail = self.system("gmail")
        if gmail["historyMoves"]:
            gmail["historyId"] = 481_200 + int((time.time() - self.began) / 5)
        return int(gmail["historyId"])

    def change(self, key: str, value: Any) -> None:
        """Set SYSTEM.NAME, or `service UNIT` to a word. What is set of `files` happens to real files."""
        if key.startswith("service "):
            self.services.write(key.removeprefix("service "), value)
            return
        system, name = key.split(".")
        self.systems[system][name] = value
        self._changed_at[key] = time.time()
        if system == "files":
            befall(self.state_folder, name, value)

    # -- what arrives from outside

    def _sync_faults(self) -> None:
        path = self.folder / "faults.json"
        try:
            found = path.stat()
            seen = (found.st_mtime_ns, found.st_ino)
            if seen == self._faults_seen:
                return
            names = json.loads(path.read_text("utf-8"))["active"]
        except FileNotFoundError:
            seen, names = (0, 0), []
        except (OSError, ValueError, KeyError, TypeError):
            return
        self._faults_seen = seen
        wanted = tuple(_BY_NAME[name] for name in names if name in _BY_NAME)
        for fault in self.faults:
            if fault not in wanted:
                self._mend(fault)
        for fault in wanted:
            if fault not in self.faults:
                self._befall(fault)
        self.faults = wanted

    def _befall(self, fault: Fault) -> None:
        for line in fault.log:
            self._append("watchdog.log", f"{stamp(time.time())} {line}")
        for event in fault.events:
            self.events.append({"ts": stamp(time.time()), **event})
        for key, value in fault.changes.items():
            self.change(key, value)

    def _mend(self, fault: Fault) -> None:
        well: Mapping[str, Mapping[str, Any]] = healthy()
        for key in fault.changes:
            if key.startswith("service "):
                self.change(key, "active")
            else:
                system, name = key.split(".")
                self.change(key, well[system][name])

    def _unit_changed(self, unit: str) -> None:
        runs = self.services.runs(unit)
        self.event(unit.removeprefix("alwaysclaw-"), "service_started" if runs else "service_stopped", unit=unit)
        if unit == "alwaysclaw-browser":
            cookies = {path.parent.name for path in self.state_folder.glob("browser/profiles/*/cookies")}
            self.system("browser")["activeSessions"] = len(cookies) if runs else 0
        elif unit == "alwaysclaw-voice":
            self.system("voice").update(activeStreams=0, orphaned=0)
        elif unit == "alwaysclaw-gateway" and runs:  # a new process has nothing of what the old one had piled up
            self.system("metrics").update(rssMb=640, openFiles=118)
        elif unit == "alwaysclaw-twilio" and runs and self._rotated("twilio.apiKeySecret", "twilio.signatureValid"):
            self.system("twilio")["signatureValid"] = True

    def _rotated(self, name: str, key: str) -> bool:
        """Whether the configured value is newer than the moment `key` last changed."""
        try:
            return (self.state_folder / "config" / name).stat().st_mtime > self._changed_at.get(key, 0.0)
        except OSError:
            return False

    # -- logs and events

    def _append(self, name: str, line: str) -> None:
        try:
            with (self.state_folder / "logs" / name).open("a", encoding="utf-8") as log:
                log.write(line + "\n")
        except OSError:
            pass  # the state folder may be what is being practised on

    def _quiet_hour(self) -> list[dict[str, Any]]:
        kinds = {"gmail": "message_received", "twilio": "sms_received", "browser": "page_loaded", "voice": "call_ended"}
        return [{"ts": stamp(self.began - 3600 + 30 * number), "channel": channel, "type": kinds[channel],
                 "level": "info", "n": number}
                for number, channel in enumerate(CHANNELS * 30)]
