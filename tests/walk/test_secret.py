"""A secret typed into the console, in a real terminal: neither on the wire, nor on disk, nor in the clipboard."""

from __future__ import annotations

import base64
import re
import subprocess
from pathlib import Path

from support.contents import holding
from support.terminal import Terminal
from support.waiting import wait_until

BOOK = """# Vault

```bash
# Open it
sh -c 'echo "said $1"' as "<API_TOKEN>"
```
"""
CANARY = "siskin7f3a9c"


def test_a_canary_is_typed_used_copied_exported_and_found_nowhere(handrail, env, tmp_path: Path) -> None:
    book = tmp_path / "vault.md"
    book.write_text(BOOK)
    state = Path(env["HANDRAIL_STATE"])
    with Terminal([handrail, str(book)], (80, 24), env) as terminal:
        terminal.wait_for("enter run")
        terminal.press("enter")
        terminal.wait_for("── Values ── step 1")
        terminal.press("enter")
        terminal.wait_for("▌ SECRET API_TOKEN")
        terminal.press(CANARY)
        terminal.wait_for("••••")
        terminal.press("enter")
        terminal.wait_for("its secret is visible in ps while it runs")
        terminal.press("c")
        terminal.wait_for("command was sent to the terminal's clipboard")
        terminal.press("enter")
        terminal.wait_for("said [secret]", 30)
        terminal.press("t")
        terminal.wait_for("As the runbook says")
        terminal.press("esc")
        terminal.wait_for("── Output ──")
        terminal.press("tab")
        terminal.wait_for("space pause")
        terminal.press("C")
        terminal.wait_for("output were sent to the terminal's clipboard")
        terminal.press("S")
        terminal.wait_for("SAVE")
        terminal.press("enter")
        terminal.wait_for("Saved")
        terminal.press("tab")
        terminal.wait_for("enter looks right")
        terminal.press("n")
        terminal.wait_for("NOTE")
        terminal.press("never again")
        drafts = state / "drafts"

        def kept() -> list[Path]:
            return holding(drafts, b"never again", "*.json")
        wait_until(kept, 30, "what is half typed is kept")
        terminal.press(f" {CANARY}")
        wait_until(lambda: not kept(), 30, "it is not, once it holds a secret")
        terminal.press("enter")
        terminal.wait_for("Noted.", 30)
        copied = [base64.b64decode(text) for text in re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)", bytes(terminal.raw))]
        assert len(copied) == 2 and all(b"siskin" not in text for text in copied)
        wire = bytes(terminal.raw).partition(b"NOTE")[0]
        assert CANARY.encode() not in wire, "never drawn before it was typed into a note"
    assert list(tmp_path.glob("*.log")), "the output was saved"
    assert list(state.rglob("*.txt")), "the sheet is there"
    (record,) = (path.stem for path in (state / "active").glob("*.json"))
    subprocess.run([handrail, "export", record, "-o", tmp_path / "all.tar"], env=env, check=True, capture_output=True)
    assert holding(tmp_path, b"said [secret]", "*.tar"), "its output is in the export"
    found = holding(tmp_path, CANARY.encode())
    assert found == []
