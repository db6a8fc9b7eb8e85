"""What a practice world may touch. After all rewrites a step that names anything else does not run.

Nothing is guessed: a step is read strictly, what its words come to is worked out, and what is only known when it runs
is refused where it could name a file, an address, a program or a process.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from handrail.errors import Refusal

if TYPE_CHECKING:
    from handrail.pack.model import Pack

# Characters of a reason.
LONGEST = 160


def outside(command: str, kind: str, pack: Pack | None, around: Mapping[str, str] | None = None) -> Refusal | None:
    """Why this command would leave the practice world of `pack`; None when it stays inside, or there is no world.

    `around` are the variables that it finds: without them this process's own.
    """
    if pack is None or not pack.world:
        return None
    from handrail.bounds.judge import reason
    from handrail.text import clean

    why = reason(command, kind, pack, os.environ if around is None else around)
    if not why:
        return None
    return Refusal("outside-the-world", f"{clean(why, LONGEST)}: that is outside this practice world.",
                   "Skip it (s); for real it is run without `drill`.")
