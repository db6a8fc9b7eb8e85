"""Shell text is taken apart as a shell would, and what no shell would take is taken apart as well as can be."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.runbook import syntax


def names(text: str) -> list[str]:
    return [simple.name for simple in syntax.commands(text)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a\nb\n", ["a\n", "b\n"]),
        ("a \\\n  b\nc", ["a \\\n  b\n", "c"]),
        ("a |\n b\nc", ["a |\n b\n", "c"]),
        ("a &&\nb\nc", ["a &&\nb\n", "c"]),
        ("if a; then\n b\nfi\nc", ["if a; then\n b\nfi\n", "c"]),
        ("for x in 1 2; do\n\n a\ndone\nc", ["for x in 1 2; do\n\n a\ndone\n", "c"]),
        ("cat <<E\n# b\n\nE\nc", ["cat <<E\n# b\n\nE\n", "c"]),
        ("cat <<-'E'\n\tb\n\tE\nc", ["cat <<-'E'\n\tb\n\tE\n", "c"]),
        ("echo 'a\nb'\nc", ["echo 'a\nb'\n", "c"]),
        ("f() {\n a\n}\nb", ["f() {\n a\n}\n", "b"]),
        ("case $x in\n a) b ;;\nesac\nc", ["case $x in\n a) b ;;\nesac\n", "c"]),
        ("x=$(\n a\n)\nb", ["x=$(\n a\n)\n", "b"]),
        ("echo 'never closed\nb\nc", ["echo 'never closed\n", "b\n", "c"]),
        ("echo it's\nb", ["echo it's\n", "b"]),
    ],
)
def test_pieces_are_what_a_shell_runs_at_once(text: str, pieces: list[str]) -> None:
    assert [text[piece.start : piece.end] for piece in syntax.units(text)] == pieces


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a | b && c; d", ["a", "b", "c", "d"]),
        ("a $(b `c`) \"$(d)\"", ["c", "b", "d", "a"]),
        ("a <(b) > >(c)", ["b", "c", "a"]),
        ("cat <<E\n$(a)\nE", ["a", "cat"]),
        ("cat <<'E'\n$(a)\nE", ["cat"]),
        ("if a; then b; else c; fi", ["a", "b", "c"]),
        ("while a; do b; done | c", ["a", "b", "c"]),
        ("(a; b) & c", ["a", "b", "c"]),
        ("! a", ["a"]),
        ("X=1 Y=2 a", ["a"]),
        ("a <pod name> | b", ["a", "b"]),
        ("a # b", ["a"]),
        ("[[ -f x ]] && a", ["[", "a"]),
        ("((x++)); a $((1+2))", ["a"]),
    ],
)
def test_every_command_is_found(text: str, found: list[str]) -> None:
    assert sorted(names(text)) == sorted(found)


def test_words_redirections_and_documents() -> None:
    (one,) = syntax.commands("a 'b c' \"d $e\" f\\ g 2> err >> out < in <<E\ntext\nE\n")
    assert one.words == ["a", "b c", "d $e", "f g"]
    assert one.redirects == [(">", "err"), (">>", "out"), ("<", "in")]
    assert one.fed == ["text\n"]


def test_who_feeds_whom() -> None:
    first, second, third = syntax.commands("a | b; c")
    assert second.upstream is first
    assert third.upstream is None


def test_an_address_with_an_ampersand_is_meant_whole() -> None:
    first, second = syntax.commands("curl http://localhost/e?a=1&limit=5 | jq")
    assert first.words[1] == "http://localhost/e?a=1&limit=5"
    assert not first.background
    assert second.upstream is first


WORDS = st.text("ab'\" \\$#\t\n;|&<>()`*", max_size=14)


@given(st.lists(WORDS, min_size=1, max_size=4))
@settings(max_examples=60)
def test_quoted_words_are_read_as_bash_reads_them(words: list[str]) -> None:
    """The words of a quoted command are those that bash passes on."""
    quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
    done = subprocess.run(["bash", "-c", f"printf '%s\\0' {quoted}"], capture_output=True, timeout=60, check=True)
    (one,) = syntax.commands(f"printf {quoted}")
    assert one.words[1:] == done.stdout.decode().split("\0")[:-1]


@given(st.text("a'\"$(){}`\\|&;<># \n=if-fidodone", max_size=80))
@settings(max_examples=400)
def test_pieces_make_up_the_whole_text(text: str) -> None:
    pieces = syntax.units(text)
    assert "".join(text[piece.start : piece.end] for piece in pieces) == text
