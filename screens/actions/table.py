"""Every action of the console and the wall. Order is the order of the help page."""

from __future__ import annotations

from screens.actions import refusals as no
from screens.actions.labels import enter_label, tab_label
from screens.actions.lamp import LAMP
from screens.actions.output import OUTPUT
from screens.actions.record import Action
from screens.actions.values import VALUES

MOVING = (
    Action("list.up", ("up", "k"), "up", "Up one row", "list"),
    Action("list.down", ("down", "j"), "down", "Down one row", "list"),
    Action("list.left", ("left",), "left", "The lane to the left", "list"),
    Action("list.right", ("right",), "right", "The lane to the right", "list"),
    Action("list.page-up", ("pageup", "ctrl+u"), "page up", "Up one page", "list"),
    Action("list.page-down", ("pagedown", "ctrl+d"), "page down", "Down one page", "list"),
    Action("list.first", ("home", "g"), "first", "The first row", "list"),
    Action("list.last", ("end", "G"), "last", "The last row; in the output: follow it again", "list"),
)

EVERYWHERE = (
    Action("pane.next", ("tab",), "pane", "The next pane", "everywhere", weight=70),
    Action("pane.previous", ("shift+tab",), "pane", "The pane before", "everywhere"),
    Action(
        "back",
        ("escape",),
        "back",
        "Leave a line or a question, else go back",
        "everywhere",
    ),
    Action("leave", ("q",), "back", "Go back; at home leave Handrail", "everywhere"),
    Action("find", ("slash",), "find", "Find a row by its words; again goes to the next one", "everywhere", weight=65),
    Action("help", ("question_mark",), "keys", "All keys", "everywhere", weight=90),
    Action("palette", ("colon", "ctrl+p"), "all", "Find any action by its name", "everywhere", weight=91),
    Action("suspend", ("ctrl+z",), "suspend", "Not used: says how to leave instead", "everywhere"),
)

STORE = (
    Action(
        "store.continue",
        ("Z",),
        "continue it",
        "Continue the stopped process that holds the record; shown only while there is one",
        "any screen",
        no.nobody_stopped,
        weight=5,
        changes=True,
        only_then=True,
    ),
)

PLACES = (
    Action("go.watch", ("1",), "watch", "Watch: health and the incident board", "any screen"),
    Action("go.incident", ("2",), "incident", "The incident looked at last", "any screen", no.no_incident_open),
    Action("go.runbooks", ("3",), "runbooks", "Runbooks: the library, search and preview", "any screen", weight=62),
    Action("go.others", ("w",), "others", "The next open incident", "any screen", no.no_other_incident, weight=60),
    Action("go.last", ("minus",), "last", "The place before this one", "any screen", no.no_last_place),
)

ANYWHERE = (
    Action("declare", ("d",), "declare", "Declare an incident", "any screen", weight=46, changes=True),
    Action(
        "note",
        ("n",),
        "note",
        "Write a note into the timeline",
        "any screen",
        no.no_incident_here,
        weight=29,
        changes=True,
    ),
    Action("copy", ("c",), "copy", "Copy the command or the output to the clipboard", "any screen", no.nothing_to_copy),
    Action(
        "output.full",
        ("o",),
        "output",
        "The output over the whole screen, and back",
        "any screen",
        no.no_output,
        weight=50,
    ),
    Action("text", ("t",), "text", "The whole text of the step, command and reasons", "any screen", no.no_item),
)

WATCH = (
    Action("open", ("enter",), "open", "Open the incident or the lamp under the cursor", "watch", no.nothing_to_open,
           weight=10),
)

STEP = (
    Action(
        "step.enter",
        ("enter",),
        "run",
        "The natural next thing: run, tick, show, or ask",
        "step",
        no.nothing_to_enter,
        weight=10,
        changes=True,
        label_now=enter_label,
    ),
    Action(
        "step.proceed",
        ("p",),
        "proceed",
        "Run the open steps of the section from here on: shows all of them, asks once",
        "step",
        no.nothing_to_proceed,
        weight=23,
        changes=True,
    ),
    Action("step.again", ("r",), "again", "Run it again", "step", no.cannot_run_again, weight=24, changes=True),
    Action(
        "step.stop",
        ("x", "ctrl+c"),
        "stop",
        "Stop the running step: shows its processes first, stops at the second press",
        "step",
        no.nothing_to_stop,
        weight=22,
        changes=True,
    ),
    Action(
        "step.edit",
        ("e",),
        "edit",
        "Edit its command for the next run only: in the line, several lines in $EDITOR",
        "step",
        no.cannot_edit,
        weight=34,
        changes=True,
    ),
    Action("step.edit-outside", ("E",), "editor", "The same in $EDITOR", "step", no.cannot_edit, changes=True),
    Action("step.skip", ("s",), "skip", "Skip it, with a reason", "step", no.cannot_leave_out, weight=30, changes=True),
    Action(
        "step.later", ("l",), "later", "Defer it: it stays owed", "step", no.cannot_leave_out, weight=31, changes=True
    ),
    Action(
        "step.wrong",
        ("exclamation_mark",),
        "looks wrong",
        "What ran looks wrong: record it as failed",
        "step",
        no.nothing_to_judge,
        weight=26,
        changes=True,
    ),
    Action(
        "step.type",
        ("i",),
        "type",
        "Type into the running step; esc leaves",
        "step",
        no.nothing_to_type_into,
        weight=21,
        changes=True,
    ),
    Action(
        "step.values",
        ("v",),
        "values",
        "The values of the section: every blank once, suggestions, the exact commands",
        "step",
        no.no_checklist,
        weight=36,
    ),
)

INCIDENT = (
    Action(
        "incident.accept",
        ("a",),
        "accept",
        "Acknowledge the incident: it is yours",
        "incident",
        no.cannot_acknowledge,
        weight=25,
        changes=True,
    ),
    Action(
        "incident.more",
        ("m",),
        "incident",
        "More for this incident: status, severity, handover, conditions, evidence, links, close",
        "incident",
        no.no_incident_here,
        weight=27,
        changes=True,
    ),
)

MORE = (
    Action("more.status", ("s",), "status", "Set the status", "m", no.incident_is_closed, changes=True),
    Action("more.severity", ("p",), "severity", "Change the severity", "m", no.cannot_change_severity, changes=True),
    Action("more.handover", ("h",), "hand over", "Hand it over to somebody, who accepts it", "m", no.cannot_accept,
           changes=True),
    Action("more.conditions", ("c",), "conditions", "What stands, such as a kill switch: restore it", "m",
           no.no_incident_here, changes=True),
    Action("more.collect", ("k",), "collect", "Open the collection of evidence here", "m", no.incident_is_closed,
           changes=True),
    Action("more.link", ("g",), "link", "Link it to another incident, or merge it into one", "m", no.cannot_link,
           changes=True),
    Action(
        "more.false-alarm",
        ("f",),
        "false alarm",
        "Record that it was a false alarm",
        "m",
        no.incident_is_closed,
        changes=True,
    ),
    Action(
        "more.reopen", ("o",), "reopen", "Reopen a resolved or closed incident", "m", no.cannot_reopen, changes=True
    ),
    Action(
        "more.correct",
        ("z",),
        "take back",
        "Take back your last act, for a reason; both stay on record",
        "m",
        no.no_incident_here,
        changes=True,
    ),
    Action(
        "more.class",
        ("x",),
        "re-class",
        "Say by hand what this step is: no step, reads, changes, destroys; again takes it back",
        "m",
        no.cannot_reclass,
        changes=True,
    ),
)

DRIFT = (
    Action(
        "incident.drift",
        ("D",),
        "what changed",
        "What changed in the runbook's file since this checklist froze it, step by step",
        "incident",
        no.nothing_drifted,
        weight=47,
        only_then=True,
    ),
)

TABS = (
    Action(
        "tab.next",
        ("right_square_bracket",),
        "timeline",
        "The next tab of the incident: checklist, timeline",
        "incident",
        weight=48,
        label_now=tab_label,
    ),
    Action("tab.previous", ("left_square_bracket",), "tab", "The tab before", "incident"),
)

TIMELINE = (
    Action("timeline.open", ("enter",), "whole event", "Everything the event holds", "timeline", weight=10),
    Action("timeline.kind", ("f",), "kind", "Show one kind of event only, or all", "timeline", weight=12),
    Action("timeline.actor", ("b",), "by whom", "Show the events of one person only, or of all", "timeline", weight=13),
)

RUNBOOKS = (
    Action(
        "runbooks.open",
        ("enter",),
        "open",
        "Open it in the incident as a part of its checklist, or by itself; in the preview: that section only",
        "runbooks",
        no.no_runbook,
        weight=10,
        changes=True,
    ),
)

WALL = (
    Action("wall.page", tuple("123456789"), "page", "Show that page", "wall"),
    Action("wall.hold", ("space",), "hold", "Stay on this page, and go on", "wall"),
    Action("wall.quit", ("q",), "quit", "Leave the wall (not with --locked)", "wall"),
)

CONSOLE: tuple[Action, ...] = (
    *EVERYWHERE, *MOVING, *PLACES, *ANYWHERE, *STORE, *WATCH, *STEP, *OUTPUT, *INCIDENT, *DRIFT, *TABS, *TIMELINE,
    *RUNBOOKS, *VALUES, *MORE, *LAMP,
)
ALL = CONSOLE + WALL

# Which actions a screen binds. `m` is a second key, so its actions are bound by the line that `m` opens.
ON_WATCH = (
    EVERYWHERE
    + MOVING
    + PLACES
    + ANYWHERE[:1]
    + STORE
    + WATCH
    + (
        INCIDENT[0],
        ANYWHERE[1],
    )
)
ON_INCIDENT = EVERYWHERE + MOVING + PLACES + ANYWHERE + STORE + STEP + INCIDENT + DRIFT + TABS
ON_LAMP = EVERYWHERE + MOVING + PLACES + ANYWHERE[:1] + STORE + LAMP
ON_TIMELINE = EVERYWHERE + MOVING + PLACES + ANYWHERE[:3] + STORE + INCIDENT + TABS + TIMELINE
ON_RUNBOOKS = EVERYWHERE + MOVING + PLACES + ANYWHERE[:1] + STORE + RUNBOOKS
ON_VALUES = EVERYWHERE + MOVING + STORE + VALUES
