"""The fence below a request that is its body: announced by the sentence, or called so on a line of its own."""

from __future__ import annotations

from collections.abc import Sequence

from . import bodies, request_text
from .draft import Draft
from .page import Page


def is_taken(page: Page, place: int, drafts: Sequence[Draft], language: str) -> bool:
    """Whether the fence at `place` is the body of the request above it, which then has it."""
    block, request = page.blocks[place], _bodyless(drafts)
    body = bodies.in_fence(language, block.body)
    if request is None or not body:
        return False
    before = page.blocks[place - 1]
    called = before.kind == "paragraph" and bodies.is_label(before.text) and _right_before(page, place - 1, request)
    if not called and not (request.body_below and _right_before(page, place, request)):
        return False
    request.command = request.text = bodies.joined(request.command, body)
    request.last = block.last
    return True


def is_named(page: Page, place: int, drafts: Sequence[Draft]) -> bool:
    """Whether the paragraph at `place` is nothing but the name of what stands in the fence below it: a request's body.
    """
    below, request = page.blocks[place + 1 : place + 2], _bodyless(drafts)
    if request is None or not below or below[0].kind != "fence":
        return False
    return bodies.is_label(page.blocks[place].text.strip()) and _right_before(page, place, request)


def _bodyless(drafts: Sequence[Draft]) -> Draft | None:
    """The last item, if it is a request that could have a body and does not yet."""
    last = drafts[-1] if drafts else None
    if last is None or last.kind != "http" or request_text.parts(last.command).body:
        return None
    return last if bodies.is_sent(last.command) else None


def _right_before(page: Page, place: int, request: Draft) -> bool:
    """Whether nothing stands between the request and this block: below an answer a body is the answer's."""
    return place > 0 and page.blocks[place - 1].first <= request.last
