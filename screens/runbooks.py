"""Runbooks: the library, its search, and each runbook as the checklist it will be."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual import on
from textual.containers import Container, Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from handrail.text import clean
from screens import texts
from screens.actions.bind import bindings
from screens.actions.record import Facts
from screens.actions.table import ON_RUNBOOKS
from screens.base import WIDE, ActingScreen
from screens.going import Go
from widgets import look
from widgets.ask import Ask
from widgets.headings import runbooks_first_row
from widgets.key_row import KeyRow
from widgets.library import LibraryList
from widgets.line import Line
from widgets.preview import RunbookPreview, at_a_glance
from widgets.question import Choice, Question, question_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from textual import events
    from textual.app import ComposeResult

    from handrail.incident.incident import Incident
    from handrail.operator.operator import Operator
    from handrail.shelf.preview import Preview
    from handrail.shelf.shelf import Found, Shelf
    from handrail.snapshot import Snapshot
    from widgets.row_list import RowList

# The files are looked at again so often (s) while the screen is on.
LOOK_AGAIN = 3.0
ALONE = "alone"


class More(Message):
    """The shelf knows more. Many of them in a row are one."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, More)


class RunbooksScreen(ActingScreen):
    """Search above, the library beside its preview. enter opens what the cursor is on."""

    ACTIONS = ON_RUNBOOKS
    BINDINGS = bindings(ON_RUNBOOKS)

    DEFAULT_CSS = f"""
    RunbooksScreen #search {{ height: 1; }}
    RunbooksScreen #search Line {{ width: 3; }}
    RunbooksScreen #search #count {{ width: 24; text-align: right; }}
    RunbooksScreen #query {{ width: 1fr; height: 1; padding: 0; background: {look.SURFACE}; }}
    RunbooksScreen #query:focus {{ background: {look.CURSOR}; }}
    RunbooksScreen #body {{ height: 1fr; layout: vertical; }}
    RunbooksScreen #library {{ height: 1fr; min-height: 4; }}
    RunbooksScreen #right {{ height: 1fr; min-height: 6; layout: vertical; }}
    RunbooksScreen #glance {{ height: auto; max-height: 4; padding: 0 1; }}
    RunbooksScreen #outline {{ height: 1fr; }}
    RunbooksScreen.-wide #body {{ layout: horizontal; }}
    RunbooksScreen.-wide #library {{ width: 46%; max-width: 84; height: 1fr; }}
    RunbooksScreen.-wide #right {{ width: 1fr; height: 1fr; }}
    """

    def __init__(
        self, operator: Operator, shelf: Shelf, *, drill: bool = False, into: str = "", query: str = ""
    ) -> None:
        super().__init__(operator, drill=drill)
        self.shelf = shelf
        self.query_text = query
        self.keep_query: Callable[[str], None] = lambda query: None
        self._into = into
        self._result: Found | None = None
        self._asked = 0

    def compose(self) -> ComposeResult:
        yield Line(id="first", classes="first")
        with Horizontal(id="search"):
            yield Line(Text(" /", f"bold {look.ACCENT}"))
            yield Input(self.query_text, placeholder="a word of a title, or of the text", id="query", compact=True,
                        select_on_focus=False)
            yield Line(id="count")
        with Container(id="body"):
            yield LibraryList(id="library")
            with Vertical(id="right"):
                yield Line(id="glance")
                yield RunbookPreview(id="outline")
        yield Line(id="say")
        yield Ask(id="ask")
        yield KeyRow(id="keys")

    def on_mount(self) -> None:
        self.ready = True
        self.shelf.changed = self._tell
        self.repaint()
        self.shelf.look()
        self._search()
        self.set_interval(LOOK_AGAIN, self.shelf.look)
        self.library.focus()

    def _tell(self) -> None:
        # From a thread of the shelf; when the screen has gone nobody is told.
        if self.is_running:
            self.post_message(More())

    def on_more(self) -> None:
        self._search()
        self.repaint()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.call_after_refresh(self._redraw)

    def _redraw(self) -> None:
        if self._result is not None:
            self.library.show_found(self._result)
        self.repaint()

    # -- its parts

    @property
    def library(self) -> LibraryList:
        return self.query_one(LibraryList)

    @property
    def outline(self) -> RunbookPreview:
        return self.query_one(RunbookPreview)

    @property
    def field(self) -> Input:
        return self.query_one("#query", Input)

    def path(self) -> Path | None:
        """The runbook under the cursor."""
        return Path(self.library.cursor) if self.library.cursor else None

    def preview(self) -> Preview | None:
        path = self.path()
        return self.shelf.preview(path) if path else None

    def target(self) -> Incident | None:
        """The open incident that a runbook would be opened in."""
        incident = self.operator.watcher.incident(self._into) if self._into else None
        return incident if incident is not None and not incident.closed else None

    def facts(self) -> Facts:
        snapshot = self.operator.watcher.now()
        return Facts(
            place="runbooks",
            incident=None,
            runbook=bool(self.library.cursor),
            open_incidents=len(snapshot.cards),
            last_place=getattr(self.app, "last_place", ""),
            stopped=snapshot.stopped,
        )

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        actor, width = self.operator.actor, self.size.width
        self.query_one("#first", Line).show(
            runbooks_first_row(actor.name, actor.host, self.target(), now, width, drill=self.drill))
        found, preview, path = self._result, self.preview(), self.path()
        total = found.total if found else 0
        so_far = "" if found and found.complete else " so far"
        count = f"{len(found.hits)} of {total}{so_far} " if found else ""
        self.query_one("#count", Line).show(Text(count, look.QUIET))
        if found is None or not found.hits:
            self.library.empty = self._empty(found)
            self.library.show([])
        order = "best first" if found and found.query else ""
        self.library.title("Runbooks", right=Text(order, look.QUIET))
        room = max(20, self.query_one("#right").size.width - 2)
        self.query_one("#glance", Line).show(at_a_glance(preview, room, 4 if width >= WIDE else 2))
        self.outline.show_preview(preview, now, nothing=path is None)
        title = clean(preview.checklist.rows[0].title) if preview and preview.checklist.rows else "Preview"
        self.outline.title(Text(title, look.TEXT), right=Text(clean(path.name) if path else "", look.QUIET))

    def _empty(self, found: Found | None) -> Text:
        if found is None or (not found.complete and not found.total):
            return Text("\n  Looking …", look.QUIET)
        if found.total:
            words = clean(found.query)
            return Text(f"\n  No runbook has {words!r} in its title or its text. Fewer words find more.", look.QUIET)
        return Text.assemble(
            ("\n  There are no runbooks here yet.\n\n", look.STRONG),
            ("  handrail FOLDER", f"bold {look.ACCENT}"), ("  shows the Markdown files of a folder\n", look.TEXT),
            ("  handrail FILE.md", f"bold {look.ACCENT}"), ("  opens one as a checklist\n", look.TEXT),
            ("  --pack DIR", f"bold {look.ACCENT}"), ("  brings a team's own, with its levels and lamps", look.TEXT),
        )

    def standing(self) -> Text:
        snapshot = self.operator.watcher.now()
        if snapshot.store_note:
            return texts.store_note(snapshot)
        target = self.target()
        if target is not None:
            return Text(f" enter opens it in {clean(target.title)}, or as a checklist of its own", look.QUIET)
        return texts.busy(snapshot)

    @on(Input.Submitted, "#query")
    def _entered(self) -> None:
        self.library.focus()

    # -- searching: each key asks anew, and only the last answer is shown

    @on(Input.Changed, "#query")
    def _typed(self, event: Input.Changed) -> None:
        self.query_text = event.value
        self.keep_query(event.value)
        self._search()

    def _search(self) -> None:
        self._asked += 1
        self.run_worker(self._show_found(self._asked), group="search", exclusive=True)

    async def _show_found(self, number: int) -> None:
        found = await asyncio.wrap_future(self.shelf.search(self.query_text))
        if number != self._asked or not self.is_running:
            return
        typed = self._result is None or self._result.query != found.query
        self._result = found
        if typed and found.hits:
            self.library.cursor = ""
        self.library.show_found(found)
        self.repaint()

    def act_find(self) -> None:
        self.set_focus(self.field)  # at once: the first letter may follow in the same breath

    def take_if_asked(self, event: events.Key) -> bool:
        """A letter that was on its way to a list when / gave the search the focus is the search's first."""
        if super().take_if_asked(event):
            return True
        # The screen knows who has the focus before the field itself does.
        if self.focused is not self.field or not event.is_printable or not event.character:
            return False
        self.field.insert_text_at_cursor(event.character)
        return True

    def on_key(self, event: events.Key) -> None:
        """In the search field: the arrows move in the list, enter goes there, esc empties it and then leaves it."""
        if not self.field.has_focus:
            return
        if event.key in ("down", "up", "pagedown", "pageup"):
            {"down": self.act_list_down, "up": self.act_list_up, "pagedown": self.act_list_page_down,
             "pageup": self.act_list_page_up}[event.key]()
        elif event.key in ("enter", "tab"):
            self.library.focus()
        elif event.key == "escape":
            if self.field.value:
                self.field.value = ""
            else:
                self.library.focus()
        else:
            return
        event.stop()
        event.prevent_default()

    # -- moving

    def current_list(self) -> RowList:
        return self.outline if self.outline.has_focus else self.library

    def act_pane_next(self) -> None:
        (self.library if self.outline.has_focus else self.outline).focus()

    act_pane_previous = act_pane_next

    def act_list_left(self) -> None:
        self.library.focus()

    def act_list_right(self) -> None:
        self.outline.focus()

    def focus_home(self) -> None:
        self.set_focus(self.library)

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        self.unsay()
        if event.source is self.library:
            self.outline.cursor = ""
        self.repaint()

    def act_back(self) -> None:
        if self.outline.has_focus:
            self.library.focus()
        else:
            self.post_message(Go("back"))

    # -- opening

    def act_runbooks_open(self) -> None:
        path, preview = self.path(), self.preview()
        if path is None:
            return
        if preview is not None and preview.trouble:
            self.say(preview.trouble)
            return
        section = self._section(preview)
        target = self.target()
        if target is None:
            self._open(path, section, "")
            return
        what = clean(section or self.library_title())
        choices = (Choice("1", f"in {clean(target.title)}, as a part of its checklist", target.id),
                   Choice("2", "as a checklist of its own", ALONE))
        self.ask(Question("open", "choice", (question_line("OPEN", what, look.ACCENT),), choices=choices,
                          data=(path, section)))

    def library_title(self) -> str:
        hits = self._result.hits if self._result else ()
        return next((hit.entry.title for hit in hits if str(hit.entry.place.path) == self.library.cursor), "")

    def _section(self, preview: Preview | None) -> str:
        """The section under the preview's cursor while that has the focus; "" opens the whole runbook."""
        if preview is None or not self.outline.has_focus:
            return ""
        title = ""
        for row in preview.checklist.rows:
            if row.kind == "section":
                title = row.title
            if row.key == self.outline.cursor:
                return title if row.kind != "call" else ""
        return ""

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        if question.id == "open":
            path, section = cast("tuple[Path, str]", question.data)
            self._open(path, section, "" if value == ALONE else value)

    def _open(self, path: Path, section: str, into: str) -> None:
        future = self.operator.open_in(into, path, section) if into else self.operator.open_file(path, section)
        self.run_act(future, then=self._opened)

    def _opened(self, incident: Incident) -> None:
        self.post_message(Go("incident", incident.id, call=incident.calls[-1].id if incident.calls else ""))
