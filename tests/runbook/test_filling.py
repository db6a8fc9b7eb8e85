"""A value put into a blank reaches the program exactly as it was given, wherever the blank stands."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handrail.runbook.model import Placeholder
from handrail.runbook.placeholders import fill, find, open_blanks

SHELLS = ("bash", "dash", "zsh")
# Programs that write down what they were given. `ssh` here hands its words to another shell, as the real one does.
RECORDER = """#!{python} -IS
import os, sys
seen = repr((sys.argv[1:], sys.stdin.read() if os.environ.get("FED") else ""))
with open(os.environ["SEEN"], "ab") as file:
    file.write(seen.encode("utf-8", "surrogateescape") + b"\\n")
"""
SSH = """#!/bin/sh
shift
exec {shell} -c "$*"
"""
# No NUL: no argument can hold one. No lone surrogates: nothing can type them.
VALUES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40) | st.lists(
    st.sampled_from([*"ab '\"\\$`!*?[]{}()<>|&;#~=%\n\t^-", "$(id)", "EOF", "${HOME}", "'\"'", "\\n"]), max_size=8
).map("".join)


def whole(arguments: list[str], fed: str) -> str:
    return arguments[-1]


def after_equals(arguments: list[str], fed: str) -> str:
    return arguments[-1].partition("=")[2]


def from_json(arguments: list[str], fed: str) -> str:
    return str(json.loads(arguments[-1])["name"])


def from_path(arguments: list[str], fed: str) -> str:
    return unquote(urlsplit(arguments[-1]).path.removeprefix("/agents/").removesuffix("/stop"))


def from_query(arguments: list[str], fed: str) -> str:
    return parse_qs(urlsplit(arguments[-1]).query, keep_blank_values=True, strict_parsing=True)["q"][0]


def from_document(arguments: list[str], fed: str) -> str:
    return fed.removeprefix("name: ").removesuffix(".\n")


def from_json_document(arguments: list[str], fed: str) -> str:
    return str(json.loads(fed)["name"])


def from_sql(arguments: list[str], fed: str) -> str:
    return arguments[-1].removeprefix("select '").removesuffix("'").replace("''", "'")


def last_printed(arguments: list[str], fed: str) -> str:
    return arguments[-1].removeprefix("x")


PLACES: dict[str, tuple[str, Callable[[list[str], str], str]]] = {
    "plain": ("show -n <name>", whole),
    "in a word": ("show --name=<name>", after_equals),
    "double quotes": ('show "n=<name>"', after_equals),
    "single quotes": ("show 'n=<name>'", after_equals),
    "square blank": ("show [NAME]", whole),
    "brace blank": ("show n={name}", after_equals),
    "variable": ("show $NAME_OF_IT", whole),
    "variable in quotes": ('show "n=${NAME_OF_IT}"', after_equals),
    "before a redirection": ("show <name>>/dev/null", whole),
    "in a substitution": ('show "$(printf %sx <name>)"', lambda arguments, fed: arguments[-1].removesuffix("x")),
    "in quotes in a substitution": (
        'show "$(printf %sx "<name>")"', lambda arguments, fed: arguments[-1].removesuffix("x")
    ),
    "an assignment": ('N=<name>; show "$N"', whole),
    "document": ("FED=1 show <<EOF\nname: <name>.\nEOF\n", from_document),
    "quoted document": ("FED=1 show <<'EOF'\nname: <name>.\nEOF\n", from_document),
    "JSON document": ('FED=1 show <<EOF\n{"name": "<name>"}\nEOF\n', from_json_document),
    "JSON in single quotes": ("show -d '{\"name\": \"<name>\"}'", from_json),
    "JSON in double quotes": ('show -d "{\\"name\\": \\"<name>\\"}"', from_json),
    "address": ("show http://localhost/agents/<name>/stop", from_path),
    "address with a brace": ("show http://localhost/agents/{name}/stop", from_path),
    "address with brackets": ("show 'http://localhost/agents/[Agent Name]/stop'", from_path),
    "query": ('show "http://localhost/agents?q=<name>&limit=5"', from_query),
    "ssh, plain": ("ssh host show -n <name>", whole),
    "ssh, single quotes": ("ssh host 'show n=<name>'", after_equals),
    "ssh, double quotes": ('ssh host "show n=<name>"', after_equals),
    "ssh, quotes in quotes": ("ssh host 'show \"n=<name>\"'", after_equals),
    "ssh, a document": ("ssh host sh <<'EOF'\nshow x<name>\nEOF\n", last_printed),
    "ssh twice": ("ssh one ssh two show -n <name>", whole),
    "sh -c": ("sh -c 'show n=<name>'", after_equals),
    "sh -c in double quotes": ('sh -c "show \'n=<name>\'"', after_equals),
}


class Stage:
    """A folder of recording programs and the shells that run commands with them on the PATH."""

    def __init__(self, folder: Path, shell: str) -> None:
        self.shell = shell
        self.seen = folder / "seen"
        self.path = folder
        self._program("show", RECORDER.format(python=sys.executable))
        self._program("ssh", SSH.format(shell=shell))

    def _program(self, name: str, text: str) -> None:
        file = self.path / name
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755)

    def run(self, command: str) -> tuple[list[str], str]:
        self.seen.write_bytes(b"")
        path = f"{self.path}:/usr/bin:/bin"
        done = subprocess.run(
            [self.shell, "-c", command],
            env={"PATH": path, "SEEN": str(self.seen), "LC_ALL": "C.UTF-8", "HOME": "/nowhere"},
            stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
        )
        lines = self.seen.read_bytes().decode("utf-8", "surrogateescape").splitlines()
        assert len(lines) == 1, (command, done.stderr)
        arguments, fed = eval(lines[0])  # our own recorder wrote it
        return arguments, fed


@pytest.fixture(scope="module", params=SHELLS)
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    found = shutil.which(request.param)
    if found is None:
        pytest.skip(f"{request.param} is not installed here")
    return Stage(tmp_path_factory.mktemp(request.param), found)


@pytest.mark.parametrize("place", PLACES)
def test_the_program_receives_exactly_the_value(stage: Stage, place: str) -> None:
    command, received = PLACES[place]

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(value=VALUES)
    def holds(value: str) -> None:
        name = find(command)[0].name
        assert received(*stage.run(fill(command, {name: value}))) == value

    holds()


@pytest.mark.nightly
@pytest.mark.parametrize("place", PLACES)
def test_the_program_receives_exactly_the_value_at_length(stage: Stage, place: str) -> None:
    command, received = PLACES[place]

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(value=VALUES)
    def holds(value: str) -> None:
        name = find(command)[0].name
        assert received(*stage.run(fill(command, {name: value}))) == value

    holds()


def test_without_care_the_shell_would_eat_the_value(stage: Stage) -> None:
    """The control: the same check fails for a value that is only pasted in."""
    with pytest.raises(AssertionError):
        arguments, _ = stage.run("show -n <name>".replace("<name>", "two words"))
        assert arguments[-1] == "two words"


def test_a_comment_stays_a_comment(stage: Stage) -> None:
    filled = fill("show x # for <name>", {"name": "a\nshow y"}, [Placeholder(spelling="<name>", name="name")])
    assert stage.run(filled)[0] == ["x"]


def test_a_document_whose_value_holds_its_mark_gets_another(stage: Stage) -> None:
    filled = fill("FED=1 show <<EOF\nname: <name>.\nEOF\n", {"name": "a\nEOF\nb"})
    assert from_document(*stage.run(filled)) == "a\nEOF\nb"


def test_blanks_that_have_no_value_stay_and_are_named() -> None:
    command = "kubectl -n <namespace> delete pod <pod>"
    assert fill(command, {"pod": "web-1"}) == "kubectl -n <namespace> delete pod web-1"
    assert open_blanks(command, {"pod": "web-1"}) == ("namespace",)
    assert open_blanks(command, {"pod": "web-1", "namespace": "shop"}) == ()


def test_requests_without_a_client_are_written_as_addresses() -> None:
    assert fill("POST /api/agents/{id}/stop?why=<why>", {"id": "a b", "why": "50% & more"}) == (
        "POST /api/agents/a%20b/stop?why=50%25%20%26%20more"
    )


def test_sql_strings_keep_their_quotes() -> None:
    filled = fill("psql -c \"select '<name>'\"", {"name": "o'hara"})
    assert filled == "psql -c \"select 'o''hara'\""
