"""Secrets: they live in the memory of this process and nowhere else."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping

from handrail.runs.supervision.masking import Mask

_SECRET = re.compile(
    r"(?:^|[^a-z])(?:pass(?:word|wd|phrase|code)?|secrets?|tokens?|credentials?|pwd|pin|otp|apikey|privatekey|bearer)"
    r"(?:$|[^a-z])|(?:api|auth|access|private|signing|encryption|master|service|account)[-_ ]?key")
# A name that tells where a secret lies, not what it is.
_WHERE = re.compile(r"(?:^|[^a-z])(?:name|file|path|id|arn|url|count|type|namespace|version|dir|length|ttl)$")
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def looks_secret(name: str) -> bool:
    """Whether a blank of this name asks for a secret. A guess: a person may say otherwise either way."""
    low = _WORDS.sub("_", name).lower()
    return bool(_SECRET.search(low)) and not _WHERE.search(low)


class Secrets:
    """What was entered as a secret, by incident and call. For any thread; its repr shows nothing."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._kept: dict[tuple[str, str], dict[str, str]] = {}
        self._mask = Mask([])

    def keep(self, incident: str, call: str, name: str, text: str) -> None:
        with self._guard:
            self._kept.setdefault((incident, call), {})[name] = text
            # What was forgotten again is no less a secret.
            self._mask = Mask([*self._mask.secrets, text.encode("utf-8", "surrogatepass")])

    def hide(self, text: str) -> str:
        """`text` without any secret that was entered here, and without what looks like one."""
        return self._mask.hide(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def shows(self, text: str) -> bool:
        """Whether one of them stands in `text`, also as a shell would quote it."""
        return bool(self._mask.secrets) and self._mask.shows(text.encode("utf-8", "surrogatepass"))

    def forget(self, incident: str, call: str, name: str) -> None:
        with self._guard:
            self._kept.get((incident, call), {}).pop(name, None)

    def of(self, incident: str, call: str) -> Mapping[str, str]:
        """The secrets of a call by the names of their blanks."""
        with self._guard:
            return dict(self._kept.get((incident, call), {}))

    def __repr__(self) -> str:
        return "Secrets(…)"
