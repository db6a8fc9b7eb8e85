"""Whether what Handrail and the runbooks start is installed here, and whether a step starts at all."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from handrail.doctor.finding import Finding
from handrail.errors import HandrailError
from handrail.pack.model import Pack
from handrail.pack.rewrites import rewrite
from handrail.paths import State
from handrail.runbook.model import Runbook
from handrail.targets.uses import uses

OWN = {"bash": "steps run in sh, and carry less from one to the next", "pgrep": "steps with pkill are refused"}
STARTS_WITHIN = 10.0  # s
NAMED = 8
# Shell words that start no program.
NO_PROGRAMS = frozenset(
    """
    . : [ [[ alias bg bind break builtin caller case cd command compgen complete continue declare dirs disown do done
    echo elif else enable esac eval exec exit export false fc fg fi for function getopts hash help history if in jobs
    kill let local logout mapfile popd printf pushd pwd read readarray readonly return select set shift shopt source
    suspend test then time times trap true type typeset ulimit umask unalias unset until wait while { } !
    """.split()  # noqa: SIM905
)


def own() -> Finding:
    """The programs that Handrail itself uses."""
    missing = [name for name in OWN if shutil.which(name) is None]
    if missing:
        said = "; ".join(f"{name} is not installed: {OWN[name]}" for name in missing)
        return Finding("programs", "warn", f"{said}.", "sudo apt-get install bash procps")
    return Finding("programs", "ok", "bash and pgrep are here.")


def of_runbooks(packs: Sequence[Pack]) -> Finding:
    """The programs that the packs' runbooks name and this host lacks."""
    counted: Counter[str] = Counter()
    documents = 0
    for pack in packs:
        search = ":".join((*pack.path, os.environ.get("PATH", "")))
        for path in pack.runbooks:
            runbook = _read(path)
            if runbook is None:
                continue
            documents += 1
            for item in runbook.items:
                if item.kind == "command":
                    names = {use.program for use in uses(rewrite(item.command, pack).command, {})}
                    counted.update(name for name in names if _is_missing(name, search))
    if not counted:
        said = f"All that the pack's {documents} runbooks start is here." if documents else "The pack has no runbooks."
        return Finding("runbooks", "ok", said)
    named = ", ".join(f"{name} ({count} step{'' if count == 1 else 's'})" for name, count in counted.most_common(NAMED))
    more = f" and {len(counted) - NAMED} more" if len(counted) > NAMED else ""
    return Finding("runbooks", "warn", f"Not installed here, so steps that start them fail: {named}{more}.")


def starts(state: State) -> Finding:
    """Runs `true` as a step, in a folder of its own that is removed."""
    from handrail.runs.launch import RunSpec, launch
    from handrail.runs.record import RunFiles

    inside = state.root if state.root.is_dir() and os.access(state.root, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="doctor-", dir=inside))
    began = time.monotonic()
    try:
        launch(RunSpec(folder=folder / "run", script="true", cwd=Path("/")))
        files = RunFiles(folder / "run")
        while (said := files.state()).word in ("starting", "running") and time.monotonic() < began + STARTS_WITHIN:
            time.sleep(0.005)
    except HandrailError as error:
        return Finding("a step", "bad", f"No step starts here: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if said.word == "ended" and said.exit == 0:
        return Finding("a step", "ok", f"A step starts and ends here, in {(time.monotonic() - began) * 1000:.0f} ms.")
    return Finding("a step", "bad", f"A step that does nothing is {said.word}{', ' + said.why if said.why else ''}.")


def _read(path: Path) -> Runbook | None:
    from handrail.runbook.files import load
    from handrail.runbook.reader import read

    try:
        _, text = load(path)
    except HandrailError:
        return None
    return read(text, str(path))


def _is_missing(name: str, search: str) -> bool:
    plain = name.replace("-", "").replace("_", "").replace(".", "").isalnum()
    return plain and name not in NO_PROGRAMS and shutil.which(name, path=search) is None
