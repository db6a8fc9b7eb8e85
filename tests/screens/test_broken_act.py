"""An error of our own in one act leaves the console standing, with a private report and a sentence."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

from support.pilots import opened, until
from support.still import StillClock, operator

from tui.app import HandrailApp
from tui.start import ConsoleStart, Opener, Session
from widgets.line import Line


async def test_the_console_goes_on_and_names_the_report(tmp_path: Path):
    still = operator()
    failed: Future = Future()
    secret = "swordfish"  # a local of the frame that fails: it must not get into the report
    failed.set_exception(ZeroDivisionError("division by zero"))
    still.note = lambda *_: failed  # type: ignore[attr-defined]
    app = HandrailApp(Opener(tmp_path, lambda: Session(still, ConsoleStart())), clock=StillClock())  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("n", *"hello", "enter")
        said = await until(pilot, lambda: "error of Handrail's own" in str(app.screen.query_one("#say", Line).render()))
        assert said
        reports = list((tmp_path / "crashes").iterdir())
        assert len(reports) == 1
        assert reports[0].stat().st_mode & 0o777 == 0o600
        assert "ZeroDivisionError" in reports[0].read_text()
        assert secret not in reports[0].read_text()
        await pilot.press("question_mark")
        assert app.is_running
