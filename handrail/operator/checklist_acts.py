"""The operator's acts on a checklist as a whole: what is opened in it, decided in it, filled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from handrail.acts import deciding, filling
from handrail.errors import Refusal
from handrail.incident.checklist import find
from handrail.incident.events import Actor
from handrail.incident.incident import Incident
from handrail.incident.recorder import Recorder
from handrail.incident.store import Decide
from handrail.operator.opening import Opener
from handrail.pack.model import Pack
from handrail.paths import State
from handrail.runbook.model import Item
from handrail.values import commands
from handrail.values.secrets import Secrets
from handrail.values.suggestions import Suggestion, suggestions
from handrail.watcher import Watcher
from handrail.worker import Worker

Answer = Incident | Refusal


class ChecklistActs:
    """A part of the Operator; every act answers a Future as there."""

    actor: Actor
    packs: tuple[Pack, ...]
    state: State
    watcher: Watcher
    secrets: Secrets
    _hands: Worker
    _recorder: Recorder
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

    def fill_in(self, id: str, call: str, name: str, text: str, source: str = "") -> Future[Answer]:
        """Fill one blank of a call; `source` says where the value came from, when not from the actor's own hand."""
        if self.secrets.shows(text):
            return self._written(lambda: Refusal("secret", "That is a secret which was entered here: it is not kept.",
                                                 "s makes this blank one for a secret."))
        return self._act(id, partial(filling.fill_in, call=call, name=name, text=text, source=source))

    def fill_secret(self, id: str, call: str, name: str, text: str) -> Future[Answer]:
        """Fill a blank with a secret. It stays in this process's memory; the record says only that there is one."""
        def job() -> Answer:
            answer = self._recorder.transact(
                id, partial(filling.fill_secret, call=call, name=name, text=text), actor=self.actor)
            if isinstance(answer, Incident):
                self.secrets.keep(id, call, name, text)
            return answer
        return self._written(job)

    def empty(self, id: str, call: str, name: str) -> Future[Answer]:
        """Open a blank again."""
        self.secrets.forget(id, call, name)
        return self._act(id, partial(filling.empty, call=call, name=name))

    def give_command(self, id: str, call: str, name: str, command: str) -> Future[Answer]:
        """Keep a command whose output is to fill a blank; `start_step` runs it under `commands.key_of`.

        Refused with the code not-a-read for what changes anything, secret for what holds one.
        """
        if self.secrets.shows(command):
            return self._written(lambda: Refusal("secret", "It holds a secret that was entered here."))
        return self._act(id, partial(commands.give, call=call, name=name, command=command))

    def suggested(self, incident: Incident, call: str,
                  names: Sequence[str]) -> Future[dict[str, tuple[Suggestion, ...]]]:
        """What these blanks were filled with before, with age and incident."""
        return self._hands.submit(lambda: suggestions(self.state, incident, call, names))

    def roots(self) -> Sequence[Path]:
        """The folders of the packs: where a link that begins with / may begin."""
        return tuple(pack.folder for pack in self.packs)

    def _item_of(self, incident: Incident, key: str) -> Item | Refusal | None:
        """An item to act on; a refusal when the answer to a question put it out of the way."""
        item = self._any_item(incident, key)
        return item and (deciding.barred(incident, key, self.watcher.runbook) or item)

    def _any_item(self, incident: Incident, key: str) -> Item | None:
        """An item of a document, or the command that was given for a blank."""
        return commands.item_of(incident, key) or find(incident, key, self.watcher.runbook)
