"""Where a step starts from: the environment that the last one left, the folder, the programs found first."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from handrail.incident.checklist import split_key
from handrail.incident.events import Actor
from handrail.incident.fence_says import folder
from handrail.incident.fence_says import shell as shell_of
from handrail.incident.incident import Attempt, Incident
from handrail.incident.prepare import Prepared
from handrail.killing.sparing import VARIABLES
from handrail.pack.model import Pack
from handrail.paths import State
from handrail.runbook.model import Item
from handrail.runbook.request_text import parts

if TYPE_CHECKING:
    from handrail.runs.launch import RunSpec

# The request program runs by this interpreter in another folder, where Handrail may not be found by itself.
_FINDS_HANDRAIL = {"PYTHONPATH": str(Path(__file__).parents[1])}


def run_spec(state: State, incident: Incident, key: str, item: Item, prepared: Prepared, run: str, pack: Pack | None,
             actor: Actor) -> RunSpec:
    """Everything the supervisor needs to know about `run`."""
    from handrail.runs.launch import RunSpec

    request = item.kind == "http"
    script, settings = _as_form(item, prepared, pack)
    document = next((call.document for call in incident.calls if call.id == split_key(key)[0]), "")
    if within := folder(item, document):  # behind what is carried, which may stand elsewhere
        script = f"cd -- {shlex.quote(within)} || exit\n{script}"
    return RunSpec(
        folder=state.run(incident.id, run),
        script=script,
        shell="" if request else shell_of(item),
        cwd=home(pack),
        env=_environment(pack) | (_FINDS_HANDRAIL if request else {}) | settings,
        path=pack.path if pack else (),
        # A request does not use what is carried, but passes it on to the next step.
        carry_from=carried_from(state, incident, key, run),
        timeout=None,
        actor=actor.name,
        incident=incident.id,
        item=key,
        title=item.title,
        size=(120, 40),
        secrets=prepared.secrets,
        shown=prepared.command if prepared.script and prepared.form.kind in ("plain", "terminal") else "",
        form="" if prepared.form.kind == "plain" else prepared.form.kind,
    )


def home(pack: Pack | None) -> Path:
    """Where a call's first step starts: the practice world's folder, else the user's home."""
    if pack is not None and pack.world.get("folder"):
        return Path(str(pack.world["folder"]))
    return Path.home()


def carried_from(state: State, incident: Incident, key: str, run: str = "") -> Path | None:
    """The run whose environment the next step of this call continues: the last that ended and left one.

    A step that was started while another of the call ran does not feed the next one: two histories cannot be joined.
    """
    from handrail.runs.carry import captured

    call = split_key(key)[0]
    attempts = sorted((attempt for other, item in incident.items.items() if split_key(other)[0] == call
                       for attempt in item.attempts if attempt.run != run), key=lambda attempt: attempt.started_at)
    for attempt in reversed(attempts):
        folder = state.run(incident.id, attempt.run)
        if attempt.verdict and not _beside_another(attempt, attempts) and captured(folder):
            return folder
    return None


def standing_in(state: State, incident: Incident, key: str, pack: Pack | None) -> str:
    """The folder in which the next step of this call would start."""
    carried = carried_from(state, incident, key)
    return (_left_in(carried) if carried else "") or str(home(pack))


def surroundings(state: State, incident: Incident, key: str, pack: Pack | None) -> Mapping[str, str]:
    """The variables that the next step of this call would find: this process's, the pack's, and what was carried."""
    carried = carried_from(state, incident, key)
    return {**os.environ, **_environment(pack), **(_left_behind(carried) if carried else {})}


def variables(state: State, incident: Incident, key: str, pack: Pack | None) -> Mapping[str, str] | None:
    """All that the next step of this call would find set, exported or not; None where no practice world asks for it.

    What was carried in another way than as a plain text, such as a list, is a text that no path can hold.
    """
    if pack is None or not pack.world:
        return None
    carried = carried_from(state, incident, key)
    return {**os.environ, **_environment(pack), **(_left_set(carried) if carried else {})}


@lru_cache(maxsize=64)
def _left_set(run: Path) -> Mapping[str, str]:
    """The variables that a run left; "\ue000" for what only its own shell can read."""
    from handrail.runs.carry import ENVIRONMENT

    try:
        text = (run / ENVIRONMENT).read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return {}
    plain, _, for_the_shell = text.partition('\nif [ "$__handrail_shell" = ')
    found = dict.fromkeys(re.findall(r"\bdeclare -[-\w]+ (\w+)", for_the_shell), "\ue000")
    found |= {name: value.replace("'\\''", "'")
              for name, value in re.findall(r"^(?:export )?(\w+)='((?:[^']|'\\'')*)'$", plain, re.MULTILINE)}
    return found


@lru_cache(maxsize=64)
def _left_behind(run: Path) -> Mapping[str, str]:
    """The plain variables that a run left exported, as its carried environment sets them."""
    from handrail.runs.carry import ENVIRONMENT

    try:
        text = (run / ENVIRONMENT).read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return {}
    return {name: value.replace("'\\''", "'")
            for name, value in re.findall(r"^export (\w+)='((?:[^']|'\\'')*)'$", text, re.MULTILINE)}


@lru_cache(maxsize=64)
def _left_in(run: Path) -> str:
    """The folder that a run ended in, as its carried environment enters it; "" when it does not say."""
    from handrail.runs.carry import ENVIRONMENT

    try:
        entered = re.findall(rb"^cd -- '((?:[^']|'\\'')*)' 2>/dev/null", (run / ENVIRONMENT).read_bytes(), re.MULTILINE)
    except OSError:
        return ""
    return str(entered[-1].replace(b"'\\''", b"'").decode("utf-8", "replace")) if entered else ""


def ran_beside(incident: Incident, key: str, run: str, going: Collection[str]) -> bool:
    """Whether a run of this item began while another step of its call ran, and so feeds no later one. `going` are the
    runs that do run: the end of one may only not be on record yet."""
    call = split_key(key)[0]
    attempts = [attempt for other, item in incident.items.items() if split_key(other)[0] == call
                for attempt in item.attempts if attempt.verdict or attempt.run in {run, *going}]
    return any(attempt.run == run and _beside_another(attempt, attempts) for attempt in attempts)


def _beside_another(attempt: Attempt, attempts: list[Attempt]) -> bool:
    return any(other is not attempt and other.started_at < attempt.started_at
               and (other.ended_at is None or attempt.started_at < other.ended_at) for other in attempts)


def _environment(pack: Pack | None) -> dict[str, str]:
    """A practice world is its own home, so that `~` and $HOME lead into it. What the user has set for programs in
    general (a proxy for curl, other places for `cd`) would lead elsewhere."""
    if pack is None or not pack.world:
        return dict(VARIABLES)
    here = str(home(pack))
    return {**VARIABLES, "HOME": here, "CURL_HOME": here, "XDG_CONFIG_HOME": f"{here}/.config", "CDPATH": "",
            "NO_PROXY": "*", "no_proxy": "*"}


def _as_form(item: Item, prepared: Prepared, pack: Pack | None) -> tuple[str, dict[str, str]]:
    """The script of the step, and what our own program in it is told in an environment variable: `ps` shows neither
    the command it runs nor what it expects."""
    from handrail.runs.carry import find_shell

    form, expected, script = prepared.form, prepared.expected, prepared.script or prepared.command
    if form.kind not in ("monitor", "service"):
        return (_request(script, prepared.secrets) if item.kind == "http" else script), {}
    name = "" if item.kind == "http" else shell_of(item)
    shell = find_shell(name, ":".join((*(pack.path if pack else ()), os.environ.get("PATH", ""))))
    settings = {
        "command": _request(form.command, prepared.secrets) if item.kind == "http" else form.command,
        "secrets": prepared.secrets,
        "shell": str(shell.path), "flavour": shell.flavour, "every": form.every, "until": form.until,
        "hold": form.hold, "limit": form.limit, "tries": form.tries, "ready": form.ready,
        "wanted": [expected.kind, expected.value] if expected is not None else None,
    }
    code = (f"import sys; sys.path.append({str(Path(__file__).parents[1])!r}); "
            f"from handrail.runs.{form.kind} import main; sys.exit(main())")
    return shlex.join([sys.executable, "-I", "-S", "-c", code]), {f"HANDRAIL_{form.kind.upper()}": json.dumps(settings)}


def _request(request: str, secrets: tuple[str, ...]) -> str:
    """`POST http://…` as the program that sends it: a request is a run like any other. `ps` shows no secret of it."""
    program, asked = [sys.executable, "-m", "handrail.runs.request"], parts(request)
    words = [asked.method, asked.address, *(word for header in asked.headers for word in ("--header", header)),
             *(("--data", asked.body) if asked.body else ())]
    if not secrets:
        return shlex.join([*program, *words])
    told = json.dumps({"words": words, "secrets": secrets})
    return f"HANDRAIL_REQUEST={shlex.quote(told)} {shlex.join(program)}"
