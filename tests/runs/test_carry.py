"""The next step starts where the last one left, in every shell; what was not captured is known."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from support.runs import ended, run, says, start

from handrail.runs import carry
from handrail.runs.control import stop


class Case(NamedTuple):
    """A step, and what the next one prints. `{d}` is a scratch folder."""

    name: str
    step: str
    then: str
    prints: str
    shells: tuple[str, ...] = ("bash", "dash", "zsh")
    or_else: tuple[str, ...] = ()


CASES = [
    Case("a plain variable", "A=1", "echo $A", "1"),
    Case("an exported variable", "export A=1", "sh -c 'echo $A'", "1"),
    Case("a plain variable is not exported", "A=1", "sh -c 'echo [$A]'", "[]"),
    Case("a changed PATH", "PATH=/opt/x:$PATH", "echo ${PATH%%:*}", "/opt/x"),
    Case("a broken PATH", "PATH=/nowhere", "echo $PATH", "/nowhere"),
    Case("an unset variable", "unset GIVEN", "echo ${GIVEN-gone}", "gone"),
    Case("a value with quotes", "A=\"it's \\\"quoted\\\" \\$HOME \\`x\\` \\\\\"", "printf %s \"$A\"",
         "it's \"quoted\" $HOME `x` \\"),
    Case("a value of several lines", "A='one\ntwo\n\nexport B=2\n'", "printf '%s|' \"$A\" \"${B-unset}\"",
         "one\ntwo\n\nexport B=2\n|unset|"),
    Case("an empty value", "A=", "echo \"${A-unset}|\"", "|"),
    Case("a glob and spaces", "A='*  x'", "echo \"$A\"", "*  x"),
    Case("bytes that are no text", "A=$(printf '\\377\\200')", "printf %s \"$A\" | od -An -tx1 | tr -d ' \\n'", "ff80"),
    Case("a value of 200 KB", "A=$(head -c 200000 /dev/zero | tr '\\0' x)", "echo ${#A}", "200000"),
    Case("a function", "greet() {\n  echo \"hello $1\"\n}", "greet you", "hello you"),
    Case("a function on one line", "greet() { echo hello; }", "greet", "hello"),
    Case("a function with a nested brace", "greet() {\n  if true; then\n    { echo a; }\n  fi\n}\nX=1", "greet", "a"),
    Case("set -e", "set -e", "false; echo not reached", ""),
    Case("set -u", "set -u", "echo ${NOT_SET}; echo not reached", "", ("bash", "dash")),
    Case("no globbing", "set -o noglob", "echo /et*", "/et*"),
    Case("pipefail", "set -o pipefail", "false | true; echo $?", "1", ("bash", "zsh")),
    Case("an option set back", "set -u; set +u", "echo \"[$NOT_SET]\"", "[]"),
    Case("extglob", "shopt -s extglob", "case ab in @(ab|cd)) echo yes;; esac", "yes", ("bash",)),
    Case("umask", "umask 027", "umask", "0027", or_else=("027",)),
    Case("the directory", "cd {d}/sub", "pwd", "{d}/sub"),
    Case("the directory before", "cd {d}/sub; cd {d}", "cd - >/dev/null; pwd", "{d}/sub"),
    Case("a directory with a quote", "mkdir -p \"{d}/it's\"; cd \"{d}/it's\"", "pwd", "{d}/it's"),
    Case("a deleted directory", "mkdir -p {d}/tmp; cd {d}/tmp; rmdir {d}/tmp", "ls; echo here: *", "here: *",
         ("bash", "dash")),
    Case("after exit", "A=1; exit 3; A=2", "echo $A", "1"),
    Case("after a failure under set -e", "A=1; set -e; false; A=2", "set +e; echo $A", "1"),
    Case("after an unset variable under set -u", "A=1; set -u; echo $NOT_SET; A=2", "set +u; echo $A", "1"),
    Case("after a TERM to itself", "A=1; kill -TERM $$; A=2", "echo $A", "1"),
    Case("after return", "A=1; return 4; A=2", "echo $A", "1"),
    Case("with an EXIT trap of its own", "trap 'echo bye' EXIT; A=1", "echo $A", "1"),
    Case("with output closed", "A=1; exec >/dev/null 2>&1", "echo $A", "1"),
    Case("with noclobber", "A=1; set -C", "echo $A", "1"),
    Case("with printf redefined", "printf() { echo mine; }; A=1", "echo $A", "1"),
    Case("with IFS changed", "IFS=,; A=a,b", "set -- $A; echo $#", "2", ("bash", "dash")),
    Case("an array", "A=(a 'b c' d)", "echo ${#A[@]} \"${A[@]}\"", "3 a b c d", ("bash", "zsh")),
    Case("an associative array", "declare -A A; A[k]='v w'", "echo \"${A[k]}\"", "v w", ("bash", "zsh")),
    Case("an integer", "declare -i A=5", "A=A+1; echo $A", "6", ("bash", "zsh")),
    Case("a read-only variable", "readonly A=1", "A=2; echo not reached", "", ("zsh",)),
    Case("a read-only variable in bash", "readonly A=1", "(A=2) 2>/dev/null || echo $A", "1", ("bash",)),
    Case("an exported function", "f() { echo f; }; export -f f", "bash -c f", "f", ("bash",)),
]
TABLE = [pytest.param(case, shell, id=f"{shell}: {case.name}") for case in CASES for shell in case.shells]


def _needs(shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed here")


@pytest.mark.parametrize("case, shell", TABLE)
def test_what_carries(runs: Path, tmp_path: Path, case: Case, shell: str) -> None:
    _needs(shell)
    scratch = tmp_path / "scratch"
    (scratch / "sub").mkdir(parents=True)
    common = {"shell": shell, "cwd": scratch, "env": {"GIVEN": "by the console"}}
    first, _ = run(runs / "one", case.step.replace("{d}", str(scratch)), **common)
    assert first.captured and carry.captured(runs / "one")
    _, output = run(runs / "two", case.then.replace("{d}", str(scratch)), carry_from=runs / "one", **common)
    complaints = b"step.sh"  # an error message of the shell names the file; what matters is what ran
    printed = b"".join(line for line in output.splitlines(True) if complaints not in line)
    assert printed.decode().removesuffix("\n") in [
        wanted.replace("{d}", str(scratch)) for wanted in (case.prints, *case.or_else)]


@pytest.mark.parametrize("shell", ["bash", "dash", "zsh"])
@pytest.mark.parametrize("script", ["A=1; exec true", "A=1; kill -KILL $$", "trap 'echo bye' EXIT; A=1; exit 3"])
def test_what_cannot_be_captured_is_known(runs: Path, shell: str, script: str) -> None:
    _needs(shell)
    state, _ = run(runs / "one", script, shell=shell)
    assert not state.captured and not carry.captured(runs / "one")
    assert not (runs / "one" / "env.sh").exists()


@pytest.mark.parametrize("shell", ["bash", "dash", "zsh"])
@pytest.mark.parametrize("status", [0, 3])
def test_a_limit_on_file_sizes_in_the_step_is_not_its_end(runs: Path, shell: str, status: int) -> None:
    _needs(shell)
    state, _ = run(runs / "one", f"ulimit -f 0; A=1; (exit {status})", shell=shell)
    assert (state.exit, state.signal, state.captured) == (status, None, False)


@pytest.mark.parametrize("shell", ["bash", "dash", "zsh"])
def test_it_goes_on_over_many_steps(runs: Path, shell: str) -> None:
    _needs(shell)
    before = None
    for n in range(6):
        script = f"N{n}={n}; COUNT=$((${{COUNT:-0}} + 1))\nf{n}() {{ echo f{n}; }}\nf0"
        _, output = run(runs / f"{n}", script, shell=shell, carry_from=before)
        assert output == b"f0\n", output
        before = runs / f"{n}"
    _, output = run(runs / "last", "echo $COUNT $N0 $N3 $N5; f2; f5", shell=shell, carry_from=before)
    assert output == b"6 0 3 5\nf2\nf5\n"


def test_a_step_can_go_back_to_an_earlier_environment(runs: Path) -> None:
    run(runs / "one", "A=first; export B=b")
    run(runs / "two", "A=second; unset B; cd /", carry_from=runs / "one")
    _, output = run(runs / "three", "echo $A ${B-none}", carry_from=runs / "one")
    assert output == b"first b\n"
    assert run(runs / "four", "echo $A ${B-none} $PWD", carry_from=runs / "two")[1] == b"second none /\n"


@pytest.mark.parametrize("first, then", [("bash", "dash"), ("dash", "bash"), ("bash", "zsh"), ("zsh", "dash")])
def test_variables_umask_and_directory_carry_into_another_shell(runs: Path, first: str, then: str) -> None:
    _needs(first)
    _needs(then)
    run(runs / "one", "A=\"it's\"; export B='two\nlines'; umask 027; cd /usr; f() { :; }", shell=first)
    _, output = run(runs / "two", "echo \"$A $B $PWD\"; umask; sh -c 'echo $B'", shell=then, carry_from=runs / "one")
    assert output.replace(b"\n0027", b"\n027") == b"it's two\nlines /usr\n027\ntwo lines\n"


def test_what_the_console_sets_anew_is_not_held_back_by_an_old_value(runs: Path) -> None:
    """Only what the step assigned carries: a new agent socket of a new login is used."""
    run(runs / "one", "A=1", env={"SSH_AUTH_SOCK": "/old"})
    _, output = run(runs / "two", "echo $A $SSH_AUTH_SOCK", env={"SSH_AUTH_SOCK": "/new"}, carry_from=runs / "one")
    assert output == b"1 /new\n"


def test_a_stopped_step_leaves_its_environment(runs: Path) -> None:
    files = start(runs / "one", "A=1; echo ready; sleep 60; A=2")
    says(files, b"ready")
    stop(files.folder, "mara")
    assert ended(files).captured
    assert run(runs / "two", "echo $A", carry_from=runs / "one")[1] == b"1\n"


def test_an_environment_without_its_end_mark_is_not_used(runs: Path) -> None:
    run(runs / "one", "A=1")
    path = runs / "one" / "env.sh"
    path.write_bytes(path.read_bytes()[:-4])
    assert not carry.captured(runs / "one")
    state, output = run(runs / "two", "echo ${A-nothing}", carry_from=runs / "one")
    assert (state.exit, output) == (0, b"nothing\n")


def test_output_cannot_forge_an_environment(runs: Path) -> None:
    """What a step prints, even to the letter what the dump looks like, is output and nothing else."""
    run(runs / "one", r"printf '=\0v\0A\0evil\0declare -- A=evil\0.\0'; B=1")
    assert run(runs / "two", "echo ${A-unset} $B", carry_from=runs / "one")[1] == b"unset 1\n"


def test_a_deleted_directory_is_not_replaced_by_another(runs: Path, tmp_path: Path) -> None:
    """`rm -rf *` must not find itself in another directory than the one it was written for."""
    place = tmp_path / "place"
    (place / "deep").mkdir(parents=True)
    (place / "precious").touch()
    run(runs / "one", "cd deep; rmdir ../deep", cwd=place)
    state, _ = run(runs / "two", "rm -rf ./* ./precious", cwd=place, carry_from=runs / "one")
    assert (place / "precious").exists()
    assert not [path for path in (runs / "two").iterdir() if path.is_dir()]
    assert state.word == "ended"
