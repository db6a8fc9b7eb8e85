"""What the lamps propose to declare, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from handrail.clock import short_duration
from handrail.text import clean
from widgets import look

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handrail.proposals import Proposal


def proposal_line(proposals: Sequence[Proposal], now: datetime, width: int) -> Text:
    """The worst proposal and how long is left to respond to it; empty without one."""
    if not proposals:
        return Text()
    one = proposals[0]
    tail = Text("  ")
    if one.due_at is not None:
        left = (one.due_at - now).total_seconds()
        words = f"respond in {_coarse(left)}" if left > 0 else f"respond overdue {_coarse(-left)}"
        tail.append(words, look.TEXT if left > 0 else f"bold {look.CRIT}")
    tail.append_text(Text.assemble("  ", ("d", f"bold {look.ACCENT}"), (" declares ", look.TEXT)))
    more = f" and {len(one.lamps) - 1} more" if len(one.lamps) > 1 else ""
    head = Text.assemble(
        (f" {'■' if one.rank == 1 else '◆' if one.rank == 2 else '▲'} proposed ",
         f"bold {look.CRIT}" if one.rank <= 2 else look.WARN),
        (f" {clean(one.short)} {clean(one.level)} ", look.level_style(one.rank)),
        " ",
        (clean(one.title), f"bold {look.STRONG}"),
        (f"  {clean(one.lamps[0])}{more}", look.QUIET),
    )
    if head.cell_len > width - tail.cell_len:
        head.truncate(max(0, width - tail.cell_len), overflow="ellipsis")
    head.append_text(tail)
    head.no_wrap = True
    return head


def _coarse(seconds: float) -> str:
    """In steps of five seconds below ten minutes, so that an idle line stands still between them."""
    return short_duration(seconds // 5 * 5 if seconds < 600 else seconds // 60 * 60)
