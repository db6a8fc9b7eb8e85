"""Fences with prompts: what was typed is a step, what came back is its output."""

from __future__ import annotations

import re

from . import expectations, syntax
from . import lines as look
from .draft import Draft, joined, output
from .opened import opens_shell
from .titles import short

_MOST_LINES = 200  # of one command
_PATIENCE = 8


def transcript(body: tuple[str, ...], first_line: int, language: str) -> list[Draft]:
    """R4: each prompted command is a step; what follows it without a prompt is its output."""
    return _Transcript(body, first_line, language).read()


class _Transcript:
    def __init__(self, body: tuple[str, ...], first_line: int, language: str) -> None:
        self.body = body
        self.first_line = first_line
        self.language = language
        # Whether a root shell was opened, here or before, so that "# " is a prompt.
        self.root = not any(look.PROMPT.match(line) for line in body)
        self.patience = _PATIENCE
        #: One prompt over nothing but output: what stands behind it was typed, whatever program it is.
        self.only_prompt = sum(bool(look.ROOT_PROMPT.match(line)) for line in body) == 1
        self.drafts: list[Draft] = []

    def read(self) -> list[Draft]:
        comments: list[tuple[int, str]] = []
        place = 0
        while place < len(self.body):
            prompt = self._prompt(self.body[place])
            comment = look.COMMENT.match(self.body[place])
            if prompt:
                place = self._command(place, prompt.end(), comments)
                comments = []
            elif comment and self._belongs_before(place):
                self._append_comment(place, comment[1])
                place += 1
            else:
                if comment:
                    comments.append((place, comment[1].strip()))
                place += 1
        return self.drafts

    def _prompt(self, line: str) -> re.Match[str] | None:
        """A prompt, or `# cmd` behind an opened root shell; what reads as a sentence is still a comment."""
        match = look.PROMPT.match(line)
        if match is None and self.root:
            match = look.ROOT_PROMPT.match(line)
            if match and not look.is_command(line[match.end() :], trusting=self.only_prompt):
                return None
        return match

    def _command(self, place: int, start: int, comments: list[tuple[int, str]]) -> int:
        last, command, commands = self._typed(place, start)
        first = comments[0][0] if comments else place
        span = (self.first_line + first, self.first_line + last)
        draft = Draft("command", *span, text=joined(self.body, first, last), language=self.language, command=command)
        draft.commands = commands
        draft.at_shell = look.PROMPT.match(self.body[place]) is not None
        draft.purpose = " ".join(text for _, text in comments)
        draft.title = short(draft.purpose) if comments else ""
        self.drafts.append(draft)
        if any(simple.name in ("exit", "logout") for simple in commands):
            self.root = False
        self.root = self.root or opens_shell(commands)
        end = self._output_end(last + 1)
        self.drafts += output(self.body, last + 1, end, self.first_line, draft)
        return end

    def _typed(self, place: int, start: int) -> tuple[int, str, list[syntax.Simple]]:
        """The whole command typed at a prompt: a quote or a loop goes on over the next lines."""
        head = self.body[place][start:]
        alone = syntax.unit(head)
        if alone.complete and not head.rstrip().endswith("\\"):
            return place, head.strip(), alone.commands
        rest = [head]
        for line in self.body[place + 1 : place + _MOST_LINES] if self.patience else ():
            if look.PROMPT.match(line):
                break
            rest.append(re.sub(r"^>\s?", "", line))
        text = "\n".join(rest)
        whole = syntax.unit(text)
        if whole.complete and self.patience:
            typed = text[: whole.end].rstrip("\n")
            return place + typed.count("\n"), typed.strip(), whole.commands
        self.patience -= 1 if self.patience else 0
        return place, head.strip(), syntax.commands(head)

    def _belongs_before(self, place: int) -> bool:
        """A comment with no prompt behind it says something about the command before it."""
        return bool(self.drafts) and self.drafts[-1].kind == "command" and not self._prompt_follows(place)

    def _append_comment(self, place: int, said: str) -> None:
        draft = self.drafts[-1]
        draft.last = self.first_line + place
        draft.text = joined(self.body, draft.first - self.first_line, place)
        if re.match(r"expect|output|should|returns", said.strip(), re.I) and draft.expected is None:
            draft.expected = expectations.understood(said, (draft.last, draft.last))

    def _prompt_follows(self, place: int) -> bool:
        for line in self.body[place : place + 50]:
            if self._prompt(line):
                return True
            if not look.COMMENT.match(line):
                return False
        return False

    def _output_end(self, place: int) -> int:
        end = place
        while end < len(self.body) and not self._prompt(self.body[end]):
            if look.COMMENT.match(self.body[end]) and (end == place or self._prompt_follows(end)):
                break
            end += 1
        return end


def typed_into(name: str, body: tuple[str, ...], first_line: int, language: str) -> list[Draft]:
    """What stands in a fence of its own after a client was opened: statements for it, never run here."""
    command = "\n".join(body).strip()
    last = first_line + len(body) - 1
    draft = Draft("command", first_line, last, text=joined(body, 0, len(body) - 1), language=language, command=command)
    draft.client = name
    return [draft]


def client(body: tuple[str, ...], first_line: int, language: str) -> list[Draft]:
    """A transcript of a database client: statements typed at its prompt, never run here."""
    drafts: list[Draft] = []
    for line, text in enumerate(body, first_line):
        at_client = look.CLIENT_PROMPT.match(text)
        prompt = at_client or look.PROMPT.match(text)
        last = drafts[-1] if drafts else None
        if prompt:
            said = text[prompt.end() :].strip()
            draft = Draft("command", line, line, text=text.strip(), language=language, command=said)
            draft.client = at_client["prompt"] if at_client else ""
            draft.at_shell = not at_client
            draft.commands = [] if at_client else syntax.commands(said)
            drafts.append(draft)
        elif last is None and look.is_command(text.strip().removeprefix("> ")):
            said = text.strip().removeprefix("> ")
            opener = Draft("command", line, line, text=text.strip(), language=language, command=said)
            opener.commands = syntax.commands(opener.command)
            drafts.append(opener)
        elif last is not None and last.kind == "expected-output":
            last.last = line
            last.text += "\n" + text.strip()
        elif last is not None and text.strip().startswith("->"):
            last.command += " " + text.strip()[2:].strip()
            last.last = line
        elif last is not None and text.strip():
            drafts.append(Draft("expected-output", line, line, text=text.strip(), title="Expected"))
    return drafts
