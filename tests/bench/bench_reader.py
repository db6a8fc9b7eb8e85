"""How fast runbooks are read: documents a second, one long document, the tool table, the first read of a process."""

from __future__ import annotations

import subprocess
import sys
import time

from support.runbook_corpus import CORPUS

from handrail.runbook import tools
from handrail.runbook.reader import read

ONE = "# Mill\n\n" + "".join(
    f"## Part {number} (5 min)\n\nStop the wheel:\n\n```bash\n# Step 1: Look\nkubectl get pods -n mill\n\n"
    f"# Step 2: Stop\nssh weir 'systemctl stop wheel'\n# Expected: stopped\n```\n\n1. Call the miller\n"
    f"2. If nobody answers: run `systemctl stop mill`\n\n" for number in range(60)
)
FIRST = """
import time
began = time.perf_counter()
from handrail.runbook.reader import read
read("# a")
print(time.perf_counter() - began)
"""


def main() -> None:
    read(ONE)
    started = time.process_time()
    for _ in range(10):
        read(ONE)
    one = (time.process_time() - started) / 10
    print(f"a document of {ONE.count(chr(10))} lines and 180 steps: {one * 1000:.0f} ms")
    if CORPUS.is_dir():
        documents = [path.read_bytes() for path in sorted(CORPUS.rglob("*.md"))]
        started = time.process_time()
        for raw in documents:
            read(raw)
        seconds = time.process_time() - started
        print(f"{len(documents)} real runbooks: {len(documents) / seconds:.0f} a second on one core (to reach: 200)")
    else:
        print(f"real runbooks: none at {CORPUS}")
    tools.builtin.cache_clear()
    started = time.perf_counter()
    tools.builtin()
    print(f"the tool table from disk: {(time.perf_counter() - started) * 1000:.1f} ms")
    firsts = [float(subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True).stdout)
              for _ in range(5)]
    print(f"first read of a process, imports and words included: {min(firsts) * 1000:.0f} ms")
