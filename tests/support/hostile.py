"""Lines that try to do something to the terminal or to the reader, and what must be left of them.

`LINES` feeds every test that shows foreign text. `raw` is what a program printed; `row` what the output view shows,
`line` what `clean` makes of it (None: the same), `block` what `clean_block` does (None: the same as `line`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass

BAD = "\ufffd"


@dataclass(frozen=True)
class Line:
    name: str
    raw: bytes
    row: str
    line: str | None = None
    block: str | None = None

    @property
    def text(self) -> str:
        return self.raw.decode("utf-8", "surrogateescape")

    @property
    def cleaned(self) -> str:
        return self.row if self.line is None else self.line

    @property
    def blocked(self) -> str:
        return self.cleaned if self.block is None else self.block


LINES = (
    # titles, the clipboard, links and everything else carried in a string
    Line("title", b"a\x1b]0;pwned\x07b", "ab"),
    Line("title ended by ST", b"a\x1b]2;pwned\x1b\\b", "ab"),
    Line("title of screen", b"a\x1bkpwned\x1b\\b", "ab"),
    Line("clipboard write", b"a\x1b]52;c;cm0gLXJmIC8=\x07b", "ab"),
    Line("clipboard query", b"a\x1b]52;c;?\x1b\\b", "ab"),
    Line("link", b"\x1b]8;;https://evil.example/\x1b\\bank\x1b]8;;\x1b\\", "bank"),
    Line("palette of the console", b"a\x1b]P1ff0000", "a"),
    Line("desktop notification", b"a\x1b]777;notify;x;y\x07b", "ab"),
    Line("working folder", b"a\x1b]7;file://host/tmp\x07b", "ab"),
    Line("DCS", b"a\x1bP$q\"p\x1b\\b", "ab"),
    Line("DCS of tmux", b"a\x1bPtmux;\x1b\x1b]0;pwned\x07\x1b\\b", "a␛b"),
    Line("sixel", b"a\x1bPq#0;2;0;0;0~~@@\x1b\\b", "ab"),
    Line("APC", b"a\x1b_Gf=24;AAAA\x1b\\b", "ab"),
    Line("PM", b"a\x1b^secret\x1b\\b", "ab"),
    Line("SOS", b"a\x1bXsecret\x1b\\b", "ab"),
    Line("string broken off by CAN", b"a\x1b]0;pwned\x18b", "ab"),
    Line("string broken off by ESC", b"a\x1b]0;pwned\x1b[31mb", "ab"),
    # the cursor, the screen, the modes, the answers
    Line("cursor", b"a\x1b[2;2H\x1b[5A\x1b[5B\x1b[5C\x1b[5D\x1b[9Gb", "ab"),
    Line("clear", b"a\x1b[2J\x1b[3J\x1b[Hb", "ab"),
    Line("erase on a line without CR", b"a\x1b[2Kb\x1b[K", "ab"),
    Line("insert and delete", b"a\x1b[9L\x1b[9M\x1b[9P\x1b[9@\x1b[9Xb", "ab"),
    Line("scroll region", b"a\x1b[1;3r\x1b[S\x1b[Tb", "ab"),
    Line("alternate screen", b"a\x1b[?1049hb\x1b[?1049l", "ab"),
    Line("hidden cursor, mouse", b"a\x1b[?25l\x1b[?1000h\x1b[?1006hb", "ab"),
    Line("bracketed paste", b"a\x1b[?2004h\x1b[200~rm -rf /\x1b[201~b", "arm -rf /b"),
    Line("device status", b"a\x1b[6n\x1b[5n\x1b[?6nb", "ab"),
    Line("device attributes", b"a\x1b[c\x1b[>c\x1b[=cb\x05", "ab␅"),
    Line("window report", b"a\x1b[21t\x1b[18tb", "ab"),
    Line("key reports", b"a\x1b[>4;2m\x1b[>1u\x1b[?ub", "ab"),
    Line("soft reset", b"a\x1b[!pb", "ab"),
    Line("hard reset", b"a\x1bcb", "ab"),
    Line("save and restore", b"a\x1b7\x1b8b", "ab"),
    Line("reverse index, next line", b"a\x1bM\x1bE\x1bDb", "ab"),
    Line("screen of E", b"a\x1b#8b", "ab"),
    Line("charsets", b"a\x1b(0\x1b)B\x1b%G\x1b%@\x0e\x0fb", "a␎␏b"),
    Line("print everything", b"a\x1b[5ib\x1b[4i", "ab"),
    Line("repeat", b"a\x1b[999999999bb", "ab"),
    # cut off
    Line("ESC at the end", b"a\x1b", "a␛"),
    Line("CSI at the end", b"a\x1b[31;", "a"),
    Line("title without end", b"a\x1b]0;pwned", "a"),
    Line("DCS without end", b"a\x1bPq~~~~", "a"),
    Line("charset without end", b"a\x1b(", "a"),
    Line("ESC twice", b"a\x1b\x1b[2Jb", "a␛b"),
    Line("a sequence within a sequence", b"a\x1b\x1b[K[2Jb", "a␛[2Jb"),
    # C1
    Line("raw CSI", b"a\x9b2Jb", "ab"),
    Line("raw title", b"a\x9d0;pwned\x07b", "ab"),
    Line("raw DCS", b"a\x90q~~\x9cb", "ab"),
    Line("raw bytes of another encoding", b"caf\xe9 \x93quoted\x94 \x9eena", f"caf{BAD} {BAD}quoted{BAD} {BAD}ena"),
    Line("encoded CSI", b"a\xc2\x9b2Jb", "ab"),
    Line("encoded title", b"a\xc2\x9d0;pwned\xc2\x9cb", "ab"),
    Line("encoded next line", b"a\xc2\x85b", "ab"),
    Line("overlong ESC", b"a\xc0\x9b[2Jb", f"a{BAD}2Jb"),
    # what deceives the reader
    Line("bidi override", "if \u202e⁦// admin⁩ ⁦".encode(), f"if {BAD}{BAD}// admin{BAD} {BAD}"),
    Line("bidi marks", "a\u200e\u200f\u061cb".encode(), f"a{BAD}{BAD}{BAD}b"),
    Line("zero width", "rm\u200b\u200c\u200d\u2060\ufeff -rf".encode(), f"rm{BAD}{BAD}{BAD}{BAD}{BAD} -rf"),
    Line("soft hyphen", "a\u00adb".encode(), f"a{BAD}b"),
    Line("tag characters", "a\U000e0041\U000e007fb".encode(), f"a{BAD}{BAD}b"),
    Line("fillers", "a\u3164\u115f\uffa0b".encode(), f"a{BAD}{BAD}{BAD}b"),
    Line("line separators", "a\u2028b\u2029c".encode(), f"a{BAD}b{BAD}c"),
    Line("private use, unassigned", "a\ue0b0\U0010fffd\u0378b".encode(), f"a{BAD}{BAD}{BAD}b"),
    Line("noncharacters", "a\ufffe\uffffb".encode(), f"a{BAD}{BAD}b"),
    Line("encoded surrogate", b"a\xed\xa0\x80b", f"a{BAD}{BAD}{BAD}b"),
    Line("cut-off character", b"a\xe6\x97", f"a{BAD}{BAD}"),
    Line("other spaces", "a\u00a0b\u3000c\u200ad".encode(), "a b c d"),
    Line("emoji with selectors", "⚠\ufe0f 👍\U0001f3fd ok".encode(), "⚠ 👍 ok"),
    Line("concealed", b"\x1b[8msecret\x1b[28m", "secret"),
    Line("black on black", b"\x1b[30;40msecret\x1b[0m", "secret"),
    Line("marks without end", ("e" + "\u0301" * 40 + "x").encode(), "e" + "\u0301" * 3 + BAD + "x"),
    Line("mark at the start", "\u0301x".encode(), f"{BAD}x"),
    # what moves the pen on one line
    Line("progress bar", b" 10%\r 50%\r100%", "100%", " 10%  50% 100%", " 10%␍ 50%␍100%"),
    Line("shorter after CR", b"hello\rHE", "HEllo", "hello HE", "hello␍HE"),
    Line("bar that erases", b"fetching a long name\r\x1b[Kdone", "done", "fetching a long name done",
         "fetching a long name␍done"),
    Line("line of another system", b"dos\r\n", "dos", "dos ", "dos\n"),
    Line("overprint", b"N\bNA\bAM\bME\bE", "NAME", "N␈NA␈AM␈ME␈E"),
    Line("back beyond the start", b"a\b\b\b\bb", "b", "a␈␈␈␈b"),
    Line("over half a wide one", "日本\b\b\bx".encode(), " x本", "日本␈␈␈x"),
    Line("tabs", b"a\tb\tccccccccc\td", "a       b       ccccccccc       d", "a b ccccccccc d",
         "a       b       ccccccccc       d"),
    Line("tab after wide", "日本\tx".encode(), "日本    x", "日本 x", "日本    x"),
    # lone controls
    Line("NUL and DEL", b"a\x00\x7fb", "a␀␡b"),
    Line("bells", b"\x07\x07", "␇␇"),
    Line("VT, FF, SUB, FS", b"a\x0b\x0c\x1a\x1cb", "a␋␌␚␜b"),
    # markup
    Line("closing tag", b"[/foo] closing", "[/foo] closing"),
    Line("action", b"[@click=app.quit]press[/]", "[@click=app.quit]press[/]"),
    Line("tag", b"[ERROR] boom [b", "[ERROR] boom [b"),
    Line("backslashes", rb"\[b]x\[/b] \x1b[31m", rb"\[b]x\[/b] \x1b[31m".decode()),
    # ordinary ones, which must come through whole
    Line("coloured", b"\x1b[1;32mok\x1b[0m \x1b[38;5;208m12\x1b[39m \x1b[38;2;1;200;3mms\x1b[m", "ok 12 ms"),
    Line("other scripts", "Größe Привет 日本語 שלום नमस्ते".encode(), "Größe Привет 日本語 שלום नमस्ते"),
    Line("boxes", "│ ├─ ▶ ● ✓".encode(), "│ ├─ ▶ ● ✓"),
    Line("nothing", b"", ""),
)


def harmless(text: str, *, lines: bool = False) -> bool:
    """Nothing but printable characters (and newlines), none of them without a width of its own at the start."""
    return all(line.isprintable() for line in (text.split("\n") if lines else (text,)))


_PIECES = (
    *(line.raw for line in LINES),
    b"\x1b", b"\x1b[", b"\x1b]", b"\x1bP", b"\x1b\\", b"\x07", b"\x9c", b"\xc2\x9b", b"\xc2", b"m", b"K", b";", b":",
    b"31", b"38;5;", b"\r", b"\b", b"\t", b" ", b"[", b"0;", "日".encode(), "\u0301".encode(), "\u202e".encode(),
)


def fuzz(count: int, seed: int) -> list[bytes]:
    """`count` lines of pieces of the above, random bytes, random characters and ordinary text; always the same ones."""
    chance = random.Random(seed)
    lines = []
    for _ in range(count):
        parts = []
        for _ in range(chance.randrange(1, 7)):
            kind = chance.randrange(4)
            if kind == 0:
                parts.append(chance.choice(_PIECES))
            elif kind == 1:
                parts.append(chance.randbytes(chance.randrange(1, 12)))
            elif kind == 2:
                top = chance.choice((0x100, 0x3000, 0x110000))
                text = "".join(chr(chance.randrange(top)) for _ in range(chance.randrange(1, 8)))
                parts.append(text.encode("utf-8", "surrogatepass"))
            else:
                piece = chance.choice(_PIECES)
                parts.append(piece[: chance.randrange(len(piece) + 1)])
        lines.append(b"".join(parts).replace(b"\n", b""))
    return lines
