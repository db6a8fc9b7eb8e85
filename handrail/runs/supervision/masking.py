"""Secrets taken out of the stream before it is written: those that were entered, and those that look like one."""

from __future__ import annotations

MASK = b"[secret]"
SHORTEST = 4  # bytes; a shorter secret would blot out ordinary text
SHORTEST_IN_BASE64 = 8
BASE64_LINES = (76, 64)  # characters, of `base64` and of `openssl base64`
PLAIN_IN_SHELL = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:./-"
PLAIN_IN_URL = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
LONGEST_TOKEN = 8192  # bytes; what could be one token is held back no further than this
PEM = b"-----BEGIN "
STARTS = (b"AKIA", b"eyJ", PEM)
RARE = ((b"AKIA", b"K", 1), (b"eyJ", b"J", 2), (PEM, b"G", 7))  # a letter of each, and where it stands
LOOKS = 300
PATTERNS = (
    rb"AKIA[0-9A-Z]{16}",  # an AWS access key
    rb"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+",  # a JSON Web Token
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?",
)


class Mask:
    """Hides secrets in bytes, whole (`hide`) or as they arrive (`feed`, `rest`).

    Each line of a secret with several lines is a secret, so that a key printed with other line ends is still found.
    """

    def __init__(self, secrets: list[bytes]) -> None:
        self.secrets: list[bytes] = []  # the longest first
        self.starts: tuple[bytes, ...] = STARTS
        self.held = b""
        for secret in secrets:
            self.add(secret)

    def add(self, secret: bytes) -> None:
        """From now on hide this one too."""
        parts = {line.strip() for line in (secret, *secret.splitlines())}
        spelled = {spelling for part in parts if len(part) >= SHORTEST for spelling in _spellings(part)}
        if len(secret.strip()) >= SHORTEST:
            spelled.update(_in_base64(secret.strip()))
        self.secrets = sorted(spelled.union(self.secrets), key=len, reverse=True)
        self.starts = (*self.secrets, *STARTS)

    def hide(self, data: bytes) -> bytes:
        """`data` with every secret replaced."""
        return _hide_patterns(self._hide_entered(data))

    def shows(self, data: bytes) -> bool:
        """Whether there is a secret in `data`, also one that a shell has quoted."""
        bare = _unquoted(data)
        return self.hide(data) != data or any(_unquoted(secret) in bare for secret in self.secrets)

    def feed(self, data: bytes) -> bytes:
        """What may be written now. An end that could be the start of a secret is held until more comes or `rest`."""
        data = self._hide_entered(self.held + data)
        cut = min(self._open_start(data), _open_token(data))
        self.held = data[cut:]
        return _hide_patterns(data[:cut])

    def rest(self) -> bytes:
        """What was held back, when nothing more has come for a while."""
        data, self.held = self.held, b""
        return _hide_patterns(data)

    def _hide_entered(self, data: bytes) -> bytes:
        for secret in self.secrets:
            if secret in data:
                data = data.replace(secret, MASK)
        return data

    def _open_start(self, data: bytes) -> int:
        """Where the longest end of `data` begins that a secret, or a token, could begin with."""
        first = len(data)
        for start in self.starts:
            at = data.find(start[:1], max(0, len(data) - len(start) + 1), first)
            while at >= 0:
                if start.startswith(data[at:]):
                    first = at
                    break
                at = data.find(start[:1], at + 1, first)
        return first


def _spellings(secret: bytes) -> tuple[bytes, ...]:
    """As it is, and as shells (in a step's text, in a trace, `printf %q`), JSON, XML and a URL write it."""
    doubled = secret.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    quoted = b"".join(bytes([byte]) if byte in PLAIN_IN_URL else b"%%%02X" % byte for byte in secret)
    escaped = b"".join(bytes([byte]) if byte in PLAIN_IN_SHELL else b"\\%c" % byte for byte in secret)
    markup = secret.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    return (secret, secret.replace(b"'", b"'\\''"), secret.replace(b"'", b"'\"'\"'"), doubled,
            doubled.replace(b"$", b"\\$").replace(b"`", b"\\`"), quoted, quoted.replace(b"%20", b"+"), escaped,
            _in_ascii(doubled), markup, markup.replace(b'"', b"&quot;"),
            markup.replace(b'"', b"&quot;").replace(b"'", b"&#x27;"))


def _in_ascii(text: bytes) -> bytes:
    """As JSON that is ASCII only writes what is beyond it: in UTF-16, \\u00e4."""
    try:
        letters = text.decode()
    except UnicodeDecodeError:
        return text
    return b"".join(letter.encode() if letter < "\x80" else _in_utf16(letter) for letter in letters)


def _in_utf16(letter: str) -> bytes:
    units = letter.encode("utf-16-be")
    return b"".join(b"\\u" + units[at:at + 2].hex().encode() for at in range(0, len(units), 2))


def _in_base64(secret: bytes) -> list[bytes]:
    """What of it is the same in base64 whatever stands around it, for each of the three places it may begin at.

    Base64 of more than a line is broken into lines, of which each that is whole is one; which they are is known where
    the secret is all there is.
    """
    import binascii

    found = []
    for before in range(3):
        text = binascii.b2a_base64(b"\0" * before + secret, newline=False)
        whole = text[(0, 2, 3)[before]:(len(secret) + before) // 3 * 4]
        if len(whole) >= SHORTEST_IN_BASE64:
            found.append(whole)
    alone = binascii.b2a_base64(secret, newline=False)
    for width in BASE64_LINES:
        lines = [alone[at:at + width] for at in range(0, len(alone), width)]
        found += [line for line in lines if len(line) >= SHORTEST_IN_BASE64]
    return found


def _open_token(data: bytes) -> int:
    """Where a token or key begins that goes on to the end of `data`; its length when none does."""
    first = len(data)
    for start in STARTS:
        at = data.rfind(start, max(0, len(data) - LONGEST_TOKEN))
        if at >= 0 and (b"-----END " not in data[at:] if start is PEM else not _ends(data[at:])):
            first = min(first, at)
    return first


def _ends(token: bytes) -> bool:
    return any(byte in b" \t\r\n\"',;" for byte in token)


def _hide_patterns(data: bytes) -> bytes:
    if any(_holds(data, *rare) for rare in RARE):
        import re  # 6 ms, and hardly ever needed

        for pattern in PATTERNS:
            data = re.sub(pattern, MASK, data)
    return data


def _holds(data: bytes, start: bytes, letter: bytes, place: int) -> bool:
    """`start in data`, ten times faster where `letter` is rare: one byte is found much faster than several."""
    at = -1
    for _ in range(LOOKS):
        at = data.find(letter, at + 1)
        if at < 0:
            return False
        if data.startswith(start, max(0, at - place)):
            return True
    return start in data


def _unquoted(data: bytes) -> bytes:
    return data.translate(None, b"'\"\\$")
