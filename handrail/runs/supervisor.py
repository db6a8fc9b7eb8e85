"""The process that runs one step, detached from whoever asked for it, and writes down all that is seen of it.

Started as a file (`python -I -S supervisor.py`) with the request on standard input. It and the modules of
`supervision/` import only the standard library and one another, and of that only what starts in a millisecond:
`json`, `re`, `socket`, `signal`, `subprocess` and `pathlib` would each delay the first byte of output by 5 to 10 ms.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Read the request, leave the console's process tree, and supervise until nothing of the step is left to see."""
    from handrail.runs.supervision.birth import supervise
    from handrail.runs.supervision.request import read_request

    request = read_request(0)
    if os.fork():
        os._exit(0)  # the console reaps this one at once; the supervisor belongs to nobody
    os.setsid()
    supervise(request)


if __name__ == "__main__":
    # The parts are modules, not text in this file, because Python keeps no compiled copy of a script.
    sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))  # noqa: PTH100, PTH120
    main()
