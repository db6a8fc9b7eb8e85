"""Real runbooks of other people, where they lie beside the repository: none is lost, none is misjudged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.runbook_corpus import CORPUS, SEEDS, SHARED

from handrail.runbook.reader import read

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no runbooks to read: {CORPUS} is not here")

#: What a reader must reach on the labelled documents: [precision, recall].
WANTED = {
    "fence": (0.99, 0.99), "step": (0.99, 0.99), "placeholder": (0.98, 0.93), "expected": (0.98, 0.98),
    "template": (0.95, 0.95), "manual": (0.0, 0.95), "asked-for": (0.85, 0.0), "inline": (0.9, 0.95),
    "order": (1.0, 1.0),
}
READER = """
import json, sys
from pathlib import Path
from handrail.runbook.reader import as_json, read
path = Path(sys.argv[-1])
print(json.dumps(as_json(read(path.read_bytes(), str(path)))))
"""


DOCUMENTS = [*sorted(CORPUS.rglob("*.md")), *sorted(SEEDS.glob("*.txt"))]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_visible_line_is_reachable(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "replace")
    made = read(path.read_bytes(), str(path))
    covered: set[int] = set()
    for first, last in [item.lines for item in made.items] + [section.lines for section in made.sections]:
        covered.update(range(first, last + 1))
    lines = text.replace("\r\n", "\n").split("\n")
    assert [number for number, line in enumerate(lines, 1) if line.strip() and number not in covered] == []
    firsts = [item.lines[0] for item in made.items]
    assert firsts == sorted(firsts)


def test_the_labelled_documents_read_as_they_are_labelled(tmp_path: Path) -> None:
    score = SHARED / "tools" / "score"
    if not score.is_file():
        pytest.skip(f"nothing to score with: {score} is not here")
    script = tmp_path / "reader.py"
    script.write_text(READER, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(score), "--json", "--reader", f"{sys.executable} {script}"],
        capture_output=True, text=True, timeout=300, check=False,
    )
    found = json.loads(done.stdout)
    assert found["failed"] == 0
    assert found["change_shown_as_read"] == 0
    assert found["destructive"][0] == found["destructive"][1]
    assert found["risk_exact"] >= 0.95
    for key, (precision, recall) in WANTED.items():
        assert found[key][0] >= precision, (key, found[key])
        assert found[key][1] >= recall, (key, found[key])
