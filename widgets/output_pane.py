"""The output of a run under a title that says how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from handrail.clock import short_duration
from handrail.text import clean
from widgets import look
from widgets.run_log import RunLog

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from handrail.incident.incident import Attempt
    from handrail.runs.record import RunState

SILENT_AFTER = 2.0  # s without output before the title counts them
SILENT_LONG = 30.0  # s from which the count is amber


class OutputPane(RunLog):
    """A RunLog that titles itself from the record and from what the run's files say now."""

    def show_run(
        self,
        folder: Path | None,
        label: str,
        attempt: Attempt | None,
        live: RunState | None,
        now: datetime,
        tabs: Text | None = None,
        patience: float = SILENT_LONG,
        slower: str = "",
    ) -> None:
        """Show the output in `folder`; `label` says whose it is when the cursor stands elsewhere, `tabs` what else
        could be shown. From `patience` seconds of silence on the step is worth a look; `slower` says that it takes
        longer than it did before."""
        self.show(folder)
        if attempt is None:
            self.title("Output")
            return
        parts = [Text(f"Output {label}".strip()), *([tabs] if tabs else [])]
        if attempt.verdict:
            took = f" after {short_duration(attempt.seconds)}" if attempt.seconds is not None else ""
            style = look.ITEMS[attempt.verdict].style if attempt.verdict in look.ITEMS else look.TEXT
            parts.append(Text(f"{attempt.verdict}{took}", style))
            if attempt.why and attempt.verdict not in ("ran", "passed"):
                parts.append(Text(clean(attempt.why), look.TEXT))
        else:
            parts.append(Text(f"running {short_duration((now - attempt.started_at).total_seconds())}", look.ACCENT))
            if live is not None and live.word == "running" and live.silent >= SILENT_AFTER:
                style = look.WARN if live.silent >= patience or slower else look.QUIET
                parts.append(Text(f"silent {short_duration(int(live.silent))}", style))
            if slower:
                parts.append(Text(slower, look.WARN))
        self.title(*parts, right=_following(self, ended=bool(attempt.verdict)))


def _following(log: RunLog, *, ended: bool) -> Text:
    lines = f"{log.lines:,} line" + ("" if log.lines == 1 else "s")
    remarks = "".join(f"{remark}, " for remark in log.remarks())
    if log.following:
        nothing = "no output" if ended else "no output yet"
        return Text(f"{remarks}following, {lines}" if log.lines else nothing, look.QUIET)
    news = f"{log.new_lines:,} new, " if log.new_lines else ""
    return Text(f"{remarks}{news}{lines}, G follows", look.WARN if log.new_lines else look.QUIET)
