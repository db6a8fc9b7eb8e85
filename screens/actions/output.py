"""What can be done with output. The keys work while the output has the focus, and there come before all others."""

from __future__ import annotations

from screens.actions import refusals as no
from screens.actions.record import Action, Facts


def _pause_label(facts: Facts) -> str:
    return "" if facts.following else "follow"


def _next_label(facts: Facts) -> str:
    return "" if facts.searching else "note"


def no_other_run(facts: Facts) -> str:
    return "" if facts.runs > 1 else no.no_output(facts) or "No other run's output can be shown here."


OUTPUT = (
    Action("output.pause", ("space",), "pause", "Hold still while more comes; again: follow the end", "output",
           no.no_output, weight=10, label_now=_pause_label),
    Action("output.back", ("escape",), "steps", "Back to the steps; out of a selection or a search first", "output",
           weight=11),
    Action("output.find", ("slash",), "search", "Search the output; small letters match either", "output", no.no_output,
           weight=12),
    Action("output.next", ("n",), "next", "The next match; without a search it writes a note", "output", weight=13,
           label_now=_next_label),
    Action("output.previous", ("N",), "previous", "The match before", "output", no.no_output),
    Action("output.errors", ("E",), "error", "The first line that looks like an error; n and N go on from there",
           "output", no.no_output, weight=14),
    Action("output.select", ("V",), "select", "Begin a selection of lines, or drop it; c copies it", "output",
           no.no_output, weight=30),
    Action("output.copy-all", ("C",), "copy all", "Copy all of the output, of much the last 64 KiB", "output",
           no.no_output),
    Action("output.pin", ("asterisk",), "pin", "Pin the line under the cursor to the timeline", "output", no.no_output,
           weight=28, changes=True),
    Action("output.times", ("T",), "times", "Show or hide the time of each output line", "output", no.no_output,
           weight=33),
    Action("output.wrap", ("W",), "wrap", "Long lines over several rows, or cut and scrolled sideways", "output",
           no.no_output, weight=31),
    Action("output.raw", ("R",), "raw", "Every byte as it came, controls as pictures; or as lines", "output",
           no.no_output, weight=35),
    Action("output.small", ("M",), "as screen", "As a small screen, for what paints over its own lines; or as lines",
           "output", no.no_output, weight=34),
    Action("output.pager", ("P",), "pager", "Open it in $PAGER", "output", no.no_output, weight=36),
    Action("output.save", ("S",), "save", "Save it into a file, byte for byte", "output", no.no_output, weight=32),
    Action("output.run-next", ("right_square_bracket",), "next run", "The output of the next run: this step's tries, "
           "what else runs", "output", no_other_run, weight=16, only_then=True),
    Action("output.run-previous", ("left_square_bracket",), "run before", "The output of the run before", "output",
           no_other_run),
)  # fmt: skip
