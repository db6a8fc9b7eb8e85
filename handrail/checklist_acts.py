"""The operator's acts on a checklist as a whole: what is opened in it, decided in it, filled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from handrail.acts import deciding
from handrail.errors import Refusal
from handrail.incident.checklist import find
from handrail.incident.events import Actor
from handrail.incident.incident import Incident
from handrail.incident.store import Decide
from handrail.opening import Opener
from handrail.pack_model import Pack
from handrail.runbook.model import Item
from handrail.watcher import Watcher

Answer = Incident | Refusal


class ChecklistActs:
    """A part of the Operator; every act answers a Future as there."""

    actor: Actor
    packs: tuple[Pack, ...]
    watcher: Watcher
    _opener: Opener
    _act: Callable[[str, Decide], Future[Answer]]
    _written: Callable[[Callable[[], Answer]], Future[Answer]]

    def open_in(self, id: str, path: Path, section: str = "") -> Future[Answer]:
        """Open a Markdown file, or one section of it, as a call in an incident. Twice gives two calls.

        Raises RunbookError and UsageError through the Future.
        """
        return self._written(lambda: self._opener.open_in(id, path, section, self.actor))

    def open_link(self, id: str, key: str, target: str) -> Future[Answer]:
        """Open what a link of the item `key` (CALL:ITEM) leads to, as a call below that item. Twice gives two calls.

        Raises UsageError (nothing is there) and RunbookError through the Future.
        """
        roots = self.roots()
        return self._written(lambda: self._opener.open_link(id, key, target, roots, self.actor))

    def decide(self, id: str, key: str, choice: str) -> Future[Answer]:
        """Answer a question (CALL:ITEM), or choose one of several options (CALL:GROUP?, by the option's item id).

        Refused with a code: closed, closed-by-answer, not-a-question, no-such-answer, same-answer.
        """
        return self._act(id, partial(deciding.decide, key=key, choice=choice, runbook_of=self.watcher.runbook))

    def roots(self) -> Sequence[Path]:
        """The folders of the packs: where a link that begins with / may begin."""
        return tuple(pack.folder for pack in self.packs)

    def _item_of(self, incident: Incident, key: str) -> Item | Refusal | None:
        """An item to act on; a refusal when the answer to a question put it out of the way."""
        item = find(incident, key, self.watcher.runbook)
        return item and (deciding.barred(incident, key, self.watcher.runbook) or item)
