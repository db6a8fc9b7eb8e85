"""Whether a word of a command can be read in `ps` while it runs: everybody on the host sees the arguments of programs.
"""

from __future__ import annotations

from handrail.runbook.syntax import commands

# What the shell does by itself: no program starts, so no argument is seen. `eval` and the like may start anything.
BUILTINS = frozenset("""
    . : [ [[ alias bg break case cd continue declare dirs disown echo exit export false fg getopts hash jobs let local
    popd printf pushd pwd read readarray mapfile readonly return set shift shopt source test times trap true type
    typeset ulimit umask unalias unset wait
    """.split())  # noqa: SIM905


def in_ps(command: str, word: str) -> bool:
    """Whether `word` stands in an argument of a program that `command` starts, rather than in what it is fed, in a
    variable, or in what the shell itself does."""
    return any(word in argument for simple in commands(command) if simple.name not in BUILTINS
               for argument in simple.words)
