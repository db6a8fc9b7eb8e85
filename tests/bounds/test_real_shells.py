"""What is let through, run by real shells in which every program is a stub: it starts nothing else and names nothing
outside.

The scripts are made of pieces that shells read in surprising ways. No piece names anything real: the one folder outside
is this test's own, PATH holds the stubs only, and `kill` is no piece.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from handrail.bounds import outside
from handrail.pack.model import Pack

LISTED = ("cat", "rm", "ls")
OTHERS = ("sed", "evil", "x")
BITS = """cat|rm|ls|echo|printf|evil|x=|y=state|$x|$y|"$x"|${x}|${y:-a}|"|'|"|'|\\|;|;|&&|&|(|)|{|}|$(|`|$((|))|((|[[|]]
if|then|fi|for|in|do|done|while|case|esac|;;|else|#| | | | |state|..|../|/|.|a|state/a|/nowhere/x|*|?|[|]|.*|~
$'|\\x2f|\\'|$"|<|>|>>|2>|>&|&>|<<E|<<'E'|<<-E|<<<|<(|!|=|,|{a,b}|{,}|..}|${|%|:|x|$HOME|$PWD|$@|$1|$|$$|read
set|--|export|unset|local|test|cd|true|false|1|time|function|f()|coproc|select|-|-x|echo a|cat state|printf evil
\\\\|\\$|\\\"""".replace("\n", "|").split("|")
BITS += ["|", "||", "|&", "\n", "\n", "\\\n", "\nE\n"]
SHAPES = (
    'echo "{}"', "echo '{}'", "cat {}", "x={}; cat $x", 'x={}; cat "$x"', "cat <<E\n{}\nE\n", "cat <<'E'\n{}\nE\n",
    "$({})",
    "`{}`", '"$({})"', "if {}; then {}; fi", "for x in {}; do cat $x; done", "case {} in a) {};; esac", "({})",
    "{} | {}", "{} && {}", 'echo "${x:-{}}"', "${y:-{}}", "$'{}'", '"{}"', "'{}'", "{}\\\n{}", "[[ {} ]]", "$(( {} ))",
    "{} # {}", "{} > {}",
)


def script(choose: random.Random, depth: int = 0) -> str:
    if depth < 3 and choose.random() < 0.5:
        parts = choose.choice(SHAPES).split("{}")
        return parts[0] + "".join(script(choose, depth + 1) + part for part in parts[1:])
    return "".join(choose.choice(BITS) + choose.choice(("", "", " ")) for _ in range(choose.randint(1, 6)))


class Sandbox:
    """A practised home, stubs that write down what they are told, and a folder outside."""

    def __init__(self, root: Path) -> None:
        self.root, self.home, self.bin, self.log = root, root / "home", root / "bin", root / "log"
        (self.home / "state/a").mkdir(parents=True)
        (root / "out").mkdir()
        self.bin.mkdir()
        for path in (*(self.bin / name for name in (*LISTED, *OTHERS)), self.home / "state/a/evil"):
            path.write_text(f'#!/bin/sh\nfor x in "$0" "$@"; do printf "%s\\0" "$x"; done >> {self.log}\n')
            path.chmod(0o700)
        limits = {"folder": str(self.home), "ports": [4000], "paths": [str(self.home), "/dev/null"],
                  "programs": list(LISTED)}
        self.pack = Pack(id="p", name="p", short="P", folder=root, sha256="", scheme={}, world=limits)
        self.env = {"HOME": str(self.home), "PATH": str(self.bin)}
        self.before = self.around()

    def around(self) -> set[Path]:
        return {path for path in self.root.rglob("*") if self.home not in path.parents and path != self.log}

    def complaints(self, shell: str, text: str) -> list[str]:
        """What a run of the script did that it must not."""
        self.log.unlink(missing_ok=True)
        try:
            subprocess.run([shell, "-c", text], cwd=self.home, env=self.env, capture_output=True, timeout=10,
                           stdin=subprocess.DEVNULL, check=False)
        except subprocess.TimeoutExpired:
            return []
        said = self.log.read_text(errors="replace").split("\0")[:-1] if self.log.exists() else []
        told = [word for word in said if Path(word).parent != self.bin]
        found = [f"started {word}" for word in said if Path(word).parent == self.bin and Path(word).name in OTHERS]
        found += [f"started {word}" for word in told if word.endswith("/a/evil")]
        found += [f"named {word}" for word in told if self._leads_out(word)]
        return found + [f"wrote {path}" for path in self.around() - self.before]

    def _leads_out(self, word: str) -> bool:
        if not word.startswith("/") and ".." not in word.split("/"):
            return False
        whole = os.path.normpath(os.path.join(self.home, word))  # noqa: PTH118
        return whole != "/dev/null" and not f"{whole}/".startswith(f"{self.home}/")


def hunt(root: Path, seed: int, wanted: int) -> list[tuple[str, str, list[str]]]:
    """Until `wanted` scripts were let through; what any of them did wrong, with the shell and the script."""
    box, choose, found = Sandbox(root), random.Random(seed), []
    shells = [path for name in ("bash", "dash") if (path := shutil.which(name))]
    if not shells:
        pytest.skip("this host has neither bash nor dash")
    while wanted:
        text = "".join(script(choose) + choose.choice(("", "\n", "; ", " ")) for _ in range(choose.randint(1, 3)))
        if not text.strip() or outside(text, "command", box.pack, box.env) is not None:
            continue
        wanted -= 1
        found += [(shell, text, wrong) for shell in shells if (wrong := box.complaints(shell, text))]
    return found


def test_what_is_let_through_stays_inside(tmp_path: Path) -> None:
    assert hunt(tmp_path, 20261121, 150) == []


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(4))
def test_much_that_is_let_through_stays_inside(tmp_path: Path, seed: int) -> None:
    assert hunt(tmp_path, seed, 4000) == []


def test_the_hunt_would_notice(tmp_path: Path) -> None:
    box = Sandbox(tmp_path)
    shell = shutil.which("bash") or shutil.which("dash") or ""
    assert box.complaints(shell, "cat state/a") == []
    assert box.complaints(shell, "evil") == [f"started {box.bin}/evil"]
    assert box.complaints(shell, "./state/a/evil") == ["started ./state/a/evil"]
    assert box.complaints(shell, "cat ../out/x") == ["named ../out/x"]
    assert box.complaints(shell, f"echo x > {tmp_path}/out/x") == [f"wrote {tmp_path}/out/x"]
