"""Steps that would leave a practice world and try not to look like it. Nothing here is ever run by a shell."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.shut_worlds import world

from handrail.bounds import outside

STEPS = [line for line in Path(__file__).with_name("hostile_steps.txt").read_text("utf-8").splitlines() if line]
AROUND = {"PATH": "/usr/bin", "HOME": "/home/kim", "X": "/etc/passwd", "USER": "kim"}
HONEST = [
    "for f in state/logs/*.log; do wc -l \"$f\"; done",
    "for d in state/browser/*; do rm -rf \"$d/cache\"; done",
    "stamp=$(date -u +%Y%m%d-%H%M%S); mkdir -p \"state/$stamp\" && cp state/x \"state/$stamp/x\"",
    "cp state/config{,.bak}; diff state/config{,.bak}",
    "cat <<'X' > state/note\na /etc/passwd $(reboot)\nX",
    "cat <<X\nby $USER at $(date +%s)\nX",
    "grep -c ERROR state/x || true; tail -n 20 state/x | cut -d/ -f1 | sort -t/ -k2 | uniq -c",
    "awk -F: '$3 > 5 {print $1}' state/x; awk '{ s += $1 } END { print s }' state/x",
    "sed -n '/a/,/b/{p;q}' state/x; sed -e 's/a/b/g;s|/etc|x|' -e '$d' state/x",
    "find state -name '*.tmp' -mtime +7 -delete; find state -type f -exec sha256sum {} +",
    "if [ -s state/x ] && [[ $USER == kim ]]; then head -n 1 state/x; else echo none >&2; fi",
    "curl -fsS -m 5 -H \"Accept: application/json\" 'http://127.0.0.1:4000/a?b=1&c=2' | jq -r '.items[] | .n / 2'",
    "name=gmail; curl -s \"http://127.0.0.1:4000/api/$name/status\" -o \"state/$name.json\"",
    "until curl -sf http://127.0.0.1:4000/ > /dev/null; do sleep 1; done",
    "n=$(wc -l < state/x); echo $((n * 2)) \"${n:-0}\" ${#n}",
    "case $(date +%u) in 6|7) echo weekend ;; *) echo work ;; esac",
    "( cd state && ls -la ) 2>&1 | tee state/listing",
    "cat $'state/a\\tb'; echo it\\'s; echo \"a 'b' \\\"c\\\"\"",
    "pids=$(pgrep -f chromium || true); [ -n \"$pids\" ] && kill $pids; pkill -f chromium",
    "set -euo pipefail\nls state \\\n  | head -n 3  # the first ones",
    "command -v curl; tar -czf state/x.tgz -C state logs; mktemp state/x.XXXXXX; date -d yesterday +%F",
]


@pytest.mark.parametrize("step", STEPS)
def test_what_hides_where_it_leads_is_refused(step: str) -> None:
    refusal = outside(step.replace("⏎", "\n"), "command", world(), AROUND)
    assert refusal is not None
    assert refusal.sentence.isprintable() and len(refusal.sentence) < 220
    assert refusal.code == "outside-the-world" and refusal.sentence.endswith(": that is outside this practice world.")


@pytest.mark.parametrize("step", HONEST)
def test_what_an_honest_runbook_does_may_run(step: str) -> None:
    refusal = outside(step, "command", world(), AROUND)
    assert refusal is None, refusal.sentence if refusal else ""


@pytest.mark.parametrize(("before", "step", "named"), [
    ({"folder": "/etc"}, 'rm -rf "$folder/x"', "/etc/x"),
    ({"folder": "/srv/world/home/state"}, 'rm -rf "$folder/x"', ""),
    ({}, 'rm -rf "$folder/x"', "/x"),
    ({}, 'rm -rf "${folder:?run the first step}/x"', ""),
    ({"folder": "\ue000"}, 'cat "$folder"', "$folder"),
    ({"folder": "/etc"}, 'folder=state; cat "$folder/x"', ""),
    ({"folder": "/etc"}, 'if true; then folder=state; fi; cat "$folder/x"', "/etc/x"),
])
def test_what_an_earlier_step_left_behind_counts(before: dict[str, str], step: str, named: str) -> None:
    refusal = outside(step, "command", world(), before)
    assert (refusal is None) == (not named)
    assert named in (refusal.sentence if refusal else "")


def test_a_link_that_leads_out_is_followed(tmp_path: Path) -> None:
    (tmp_path / "home/state").mkdir(parents=True)
    (tmp_path / "secret").write_text("x")
    (tmp_path / "home/state/out").symlink_to(tmp_path)
    (tmp_path / "home/state/in").symlink_to(tmp_path / "home/state")
    here = world(tmp_path / "home")
    assert outside("cat state/in/x", "command", here, {}) is None
    refusal = outside("cat state/out/secret", "command", here, {})
    assert refusal is not None and "state/out/secret" in refusal.sentence
