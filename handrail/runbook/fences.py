"""A fence of commands taken apart into steps, with titles, options and expectations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from . import expectations, shell, syntax
from . import lines as look
from .draft import Draft
from .model import Kind
from .titles import short

_OPTION = re.compile(
    r"^(?:option|alternative(?:ly)?|remedy|approach|method|choice|variant|scenario|case)\b\s*#?(?:\d+|[A-Z]\b|[:)-])",
    re.I,
)
_OR = re.compile(
    r"^(?:-\s*)?or(?:\s*-|\b[\s:,]*(?:via|use|with|if|using|to|run|just|for|on|by|through|manually)?\b)", re.I
)
_EXPECTED = re.compile(
    r"^(?:expected|expect|expects|should (?:return|show|print|output|see|be|display)|(?:sample |example )?output\s*:|returns?\s*:|response\s*:|result\s*:|->|=>|→)",
    re.I,
)
CONDITION = re.compile(
    r"^(?:\W*(?:step\s*)?\d*[.):]?\s*)?(?:if|when|whenever|otherwise|or if|unless|else if|in case|should (?:the|this|that|it|there)\b|else)\b",
    re.I,
)
_IMPERATIVE_NOT = re.compile(
    r"^(?:common|the|this|these|a|an|my|our|note|notes|example|examples|usage|script|procedure|commands?|run (?:weekly|daily|monthly|as|this script))\b",
    re.I,
)
_SHELL_OPENERS = frozenset(
    [
        "ssh",
        "slogin",
        "mosh",
        "rsh",
        "su",
        "chroot",
        "nsenter",
        "toolbox",
        "distrobox",
        "screen",
        "tmux",
        "telnet",
        "bash",
        "sh",
        "zsh",
        "fish",
        "ash",
        "docker",
        "podman",
        "kubectl",
        "oc",
        "nerdctl",
        "crictl",
        "virsh",
        "virtctl",
        "psql",
        "mysql",
        "mariadb",
        "sqlite3",
        "mongosh",
        "mongo",
        "redis-cli",
        "cqlsh",
        "sqlplus",
        "clickhouse-client",
        "influx",
        "python",
        "python3",
        "ipython",
        "irb",
        "node",
        "rails",
        "sudo",
        "doas",
        "lxc",
        "nomad",
        "fly",
        "heroku",
        "cf",
        "aws",
        "gcloud",
        "az",
        "sqlcmd",
        "zkCli.sh",
        "zookeeper-shell.sh",
        "etcdctl",
        "vtysh",
        "ansible-console",
        "pry",
        "duckdb",
        "cockroach",
        "oc.exe",
        "wsl",
    ]
)


@dataclass(slots=True)
class _Group:
    """Comments, then commands, then what they should give. Offsets count lines of the fence from 0."""

    first: int
    last: int = -1
    comments: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    commands: list[syntax.Simple] = field(default_factory=list)
    units: list[tuple[int, int, str, list[syntax.Simple]]] = field(default_factory=list)
    outputs: list[tuple[int, int]] = field(default_factory=list)
    expected: tuple[int, int] | None = None
    prompted: bool = False


def steps(body: tuple[str, ...], first_line: int, language: str) -> list[Draft]:
    """R5: the steps of a fence of commands, in order, with their expected outputs between them."""
    script = bool(body) and body[0].startswith("#!")
    groups = _groups(body)
    if script and sum(bool(_OPTION.match(short_comment(group))) for group in groups) < 2:
        return _whole_script(body, first_line, language)
    plain = len(groups) == 1 and not groups[0].comments and groups[0].expected is None
    drafts: list[Draft] = []
    previous: _Group | None = None
    for place, group in enumerate(groups):
        drafts.extend(
            _drafts(group, first_line, language, plain, body, lone=place == 0 and len(groups) > 1, previous=previous)
        )
        previous = group
    _choices(drafts)
    return drafts


def transcript(body: tuple[str, ...], first_line: int, language: str) -> list[Draft]:
    """R4: each prompted command is a step; what follows it without a prompt is its output."""
    drafts: list[Draft] = []
    comments: list[tuple[int, str]] = []
    root = False
    place = 0
    while place < len(body):
        line = body[place]
        prompt = look.PROMPT.match(line) or (_root_prompt(line) if root else None)
        comment = look.COMMENT.match(line)
        if prompt:
            last, command, commands = _prompted(body, place, prompt.end())
            draft = _command(comments[0][0] if comments else place, last, body, first_line, language, command, commands)
            draft.title = short(" ".join(text for _, text in comments)) if comments else ""
            draft.purpose = " ".join(text for _, text in comments)
            drafts.append(draft)
            root = root or opens_shell(commands)
            if any(simple.name in ("exit", "logout") for simple in commands):
                root = False
            comments = []
            place = last + 1
            end = _output_end(body, place, root)
            if end > place:
                drafts.extend(_output(body, place, end, first_line, draft))
                place = end
        elif comment:
            if drafts and drafts[-1].kind == "command" and not _prompt_follows(body, place, root):
                drafts[-1].last = first_line + place
                drafts[-1].text = _text(body, drafts[-1].first - first_line, place)
                if _EXPECTED.match(comment[1]) and drafts[-1].expected is None:
                    drafts[-1].expected = expectations.understood(comment[1], (first_line + place, first_line + place))
            else:
                comments.append((place, comment[1].strip()))
            place += 1
        else:
            place += 1
    return drafts


def client(body: tuple[str, ...], first_line: int, language: str) -> list[Draft]:
    """A transcript of a database client: statements at its prompt, typed into it and never run here."""
    drafts: list[Draft] = []
    for place, line in enumerate(body):
        prompt = look.CLIENT_PROMPT.match(line) or look.PROMPT.match(line)
        if not prompt:
            if drafts and (line.strip() or drafts[-1].kind == "expected-output"):
                last = drafts[-1]
                if last.kind == "expected-output":
                    last.last = first_line + place
                elif line.strip().startswith("->"):
                    last.command += " " + line.strip()[2:].strip()
                    last.last = first_line + place
                else:
                    drafts.append(Draft("expected-output", first_line + place, first_line + place, text=line.strip()))
            continue
        text = line[prompt.end() :].strip()
        commands = syntax.commands(text) if prompt.re is look.PROMPT else []
        draft = _command(place, place, body, first_line, language, text, commands)
        draft.client = prompt["prompt"] if prompt.re is look.CLIENT_PROMPT else ""
        drafts.append(draft)
    return drafts


def opens_shell(commands: list[syntax.Simple]) -> bool:
    """R11b: whether a step leaves one inside another shell or a client: what follows is typed there."""
    if not commands:
        return False
    last = [simple for simple in commands if simple.depth == 0][-1:]
    return bool(last) and _opens(last[0].words)


def _opens(words: list[str], depth: int = 0) -> bool:
    if not words or depth > 5:
        return False
    name = shell.program(words[0])
    rest = words[1:]
    if name in ("sudo", "doas"):
        inner = [word for word in rest if not word.startswith("-")]
        if {"-i", "-s"} & set(rest):
            return not inner or (len(rest) - len(inner) == 1 and not inner)
        skip = 2 if rest[:1] in (["-u"], ["-g"]) else 0
        return _opens(rest[skip:], depth + 1)
    if name in ("bash", "sh", "zsh", "ash", "fish", "ksh"):
        return not [word for word in rest if not word.startswith("-")] and "-c" not in rest
    if name not in _SHELL_OPENERS:
        return False
    if name in (
        "kubectl",
        "oc",
        "docker",
        "podman",
        "nerdctl",
        "crictl",
        "lxc",
        "nomad",
        "oc.exe",
        "aws",
        "gcloud",
        "wsl",
    ):
        if "--" in rest:
            inner = rest[rest.index("--") + 1 :]
            return bool(inner) and (_opens(inner, depth + 1) or (inner[0] == "chroot" and len(inner) == 2))
        verbs = [word for word in rest if not word.startswith("-")]
        if {"rsh", "debug"} & set(verbs[:4]):
            place = verbs.index("rsh") if "rsh" in verbs else -1
            return place < 0 or len(verbs) <= place + 4
        tty = any(re.fullmatch(r"-(?:it|ti|i|t|itd?)", word) or word in ("--stdin", "--tty") for word in rest)
        ends = verbs[-1:] and verbs[-1].rpartition("/")[2] in (
            "bash",
            "sh",
            "zsh",
            "ash",
            "psql",
            "mysql",
            "redis-cli",
            "mongosh",
            "mongo",
            "sqlite3",
        )
        if name == "wsl":
            return not verbs
        return bool(
            {"exec", "run", "attach", "execute-command", "start-session"} & set(verbs[:4])
            and ((tty and ends) or "start-session" in verbs)
        )
    judged = shell.judge([syntax.Simple(words=list(words))])
    return judged.interactive and name not in ("screen", "tmux", "python", "node", "telnet")


def short_comment(group: _Group) -> str:
    return short_lead(group.comments[0]) if group.comments else ""


def short_lead(comment: str) -> str:
    return comment.strip().strip("#=-* ").strip()


# --- groups


def _groups(body: tuple[str, ...]) -> list[_Group]:
    text = "\n".join(body)
    offsets = [0]
    for line in body:
        offsets.append(offsets[-1] + len(line) + 1)
    groups: list[_Group] = []
    current: _Group | None = None
    place = 0
    while place < len(body):
        line = body[place]
        comment = look.COMMENT.match(line)
        if not line.strip():
            current = None
            place += 1
        elif comment or line.startswith("#!"):
            said = comment[1].strip() if comment else ""
            owner = current or (groups[-1] if groups else None)
            if _EXPECTED.match(said) and owner is not None and owner.code and owner.expected is None:
                end = _comment_end(body, place)
                owner.expected = (place, end)
                if current is not None:
                    current.last = end
                place = end + 1
                continue
            if current is not None and current.code and not _code_follows(body, place):
                current.last = place
                place += 1
                continue
            if current is None or current.code:
                current = _Group(first=place)
                groups.append(current)
            if said:
                current.comments.append(said)
            current.last = place
            place += 1
        else:
            place, current = _code(body, text, offsets, place, current, groups)
    return [group for group in groups if group.comments or group.code or group.outputs]


def _code(
    body: tuple[str, ...], text: str, offsets: list[int], place: int, current: _Group | None, groups: list[_Group]
) -> tuple[int, _Group | None]:
    line = body[place]
    if _OR.fullmatch(line.strip(" -*")) and not look.is_command(line):
        return place + 1, None  # a bare "or" between two ways
    owner = current or (groups[-1] if groups else None)
    if owner is not None and owner.code and look.is_printed(line):
        end = place
        while end < len(body) and body[end].strip() and not look.is_command(body[end], True):
            if look.COMMENT.match(body[end]):
                break
            end += 1
        owner.outputs.append((place, max(place, end - 1)))
        return max(end, place + 1), current
    piece = syntax.unit(text, offsets[place])
    last = place
    while last + 1 < len(body) and offsets[last + 1] < piece.end:
        last += 1
    if not piece.complete:
        last = place
        piece = syntax.Unit(offsets[place], offsets[place] + len(line), syntax.commands(line), False)
    while last > place and not body[last].strip():
        last -= 1
    if current is None:
        current = _Group(first=place)
        groups.append(current)
    source = "\n".join(body[place : last + 1])
    current.units.append((place, last, source, piece.commands))
    current.code.append(source)
    current.commands.extend(piece.commands)
    current.last = last
    return last + 1, current


def _comment_end(body: tuple[str, ...], place: int) -> int:
    """The last comment line of an expectation: to the end of its comments, but JSON ends where it closes."""
    end = place
    said = (look.COMMENT.match(body[place]) or [""])[0]
    depth = said.count("{") + said.count("[") - said.count("}") - said.count("]")
    if depth == 0 and ("{" in said or not said.rstrip().endswith(":")):
        return place
    while end + 1 < len(body) and look.COMMENT.match(body[end + 1]):
        end += 1
        depth += body[end].count("{") + body[end].count("[") - body[end].count("}") - body[end].count("]")
        if depth == 0 and "}" in body[end]:
            break
    return end


def _code_follows(body: tuple[str, ...], place: int) -> bool:
    for line in body[place:]:
        if not line.strip():
            return False
        if not look.COMMENT.match(line):
            return not look.is_output(line) or look.is_command(line)
    return False


# --- drafts


def _drafts(
    group: _Group,
    first_line: int,
    language: str,
    plain: bool,
    body: tuple[str, ...],
    *,
    lone: bool,
    previous: _Group | None,
) -> list[Draft]:
    drafts: list[Draft] = []
    if not group.code:
        return _comment_only(group, first_line, body, lone)
    alone = plain and len(group.units) > 1
    pieces = group.units if alone else [(group.first, group.last, "\n".join(group.code), group.commands)]
    for first, last, source, commands in pieces:
        draft = _command(first, last, body, first_line, language, _dedent(source), commands)
        drafts.append(draft)
    told = drafts[-1]
    if group.comments:
        drafts[0].title = short(_title_comment(group.comments))
        drafts[0].purpose = " ".join(group.comments)
    if group.expected:
        first, last = group.expected
        span = (first_line + first, first_line + last)
        said = "\n".join((look.COMMENT.match(body[at]) or ["", ""])[1] for at in range(first, last + 1))
        told.expected = expectations.understood(said, span)
        told.last = min(told.last, span[0] - 1) if told.last >= span[0] else told.last
        while told.last > told.first and not body[told.last - first_line].strip():
            told.last -= 1
        told.text = _text(body, told.first - first_line, told.last - first_line)
        drafts.append(Draft("expected-output", *span, text=_text(body, first, last), title="Expected"))
    for first, last in group.outputs:
        drafts.extend(_output(body, first, last + 1, first_line, told))
    return drafts


def _comment_only(group: _Group, first_line: int, body: tuple[str, ...], lone: bool) -> list[Draft]:
    first = short_lead(group.comments[0]) if group.comments else ""
    words = short(first)
    kind: Kind = "decision" if CONDITION.match(first) else "manual"
    if not words or (lone and len(group.comments) == 1 and not is_instruction(words)):
        return []
    return [
        Draft(
            kind,
            first_line + group.first,
            first_line + group.last,
            title=words,
            text=_text(body, group.first, group.last),
        )
    ]


def is_instruction(text: str) -> bool:
    """Whether a comment tells one to do something, rather than being a title."""
    if text.isupper() or _IMPERATIVE_NOT.match(text):
        return False
    from .prose import begins_with_verb  # prose knows the verbs

    return begins_with_verb(text) or bool(CONDITION.match(text))


def _command(
    first: int,
    last: int,
    body: tuple[str, ...],
    first_line: int,
    language: str,
    command: str,
    commands: list[syntax.Simple],
) -> Draft:
    return Draft(
        "command",
        first_line + first,
        first_line + last,
        text=_text(body, first, last),
        language=language,
        command=command.strip("\n"),
        commands=commands,
    )


def _whole_script(body: tuple[str, ...], first_line: int, language: str) -> list[Draft]:
    last = len(body) - 1
    while last > 0 and not body[last].strip():
        last -= 1
    command = "\n".join(body[: last + 1])
    draft = _command(0, last, body, first_line, language, command, syntax.commands(command))
    comments = [match[1].strip() for line in body[1:6] if (match := look.COMMENT.match(line))]
    draft.title = short(comments[0]) if comments else ""
    draft.purpose = comments[0] if comments else ""
    draft.script = True
    return [draft]


def _title_comment(comments: list[str]) -> str:
    told = [short_lead(comment) for comment in comments if short_lead(comment)]
    return told[0] if told else ""


def _choices(drafts: list[Draft]) -> None:
    """Options are a choice, not a sequence: give them a common number."""
    choice = 0
    previous: Draft | None = None
    for draft in drafts:
        if draft.kind == "expected-output":
            continue
        lead = short_lead(draft.purpose or draft.text.split("\n")[0].lstrip("# "))
        if _OPTION.match(lead):
            draft.choice = choice = choice or draft.first
        elif previous is not None and re.match(r"^(?:or|alternatively|alternative)\b", lead, re.I):
            previous.choice = previous.choice or previous.first
            draft.choice = choice = previous.choice
        else:
            choice = 0
        previous = draft


# --- transcripts


def _prompted(body: tuple[str, ...], place: int, start: int) -> tuple[int, str, list[syntax.Simple]]:
    head = body[place][start:]
    piece = syntax.unit(head)
    if piece.complete and not head.rstrip().endswith("\\"):
        return place, head.strip(), piece.commands
    rest = [head]
    for at in range(place + 1, min(len(body), place + 200)):
        line = body[at]
        if look.PROMPT.match(line):
            break
        rest.append(re.sub(r"^>\s?", "", line))
        text = "\n".join(rest)
        if not rest[-1].rstrip().endswith("\\"):
            piece = syntax.unit(text)
            if piece.complete:
                return at, text.strip(), piece.commands
    if head.rstrip().endswith("\\"):
        return _continued(body, place, head)
    return place, head.strip(), syntax.commands(head)


def _continued(body: tuple[str, ...], place: int, head: str) -> tuple[int, str, list[syntax.Simple]]:
    rest = [head]
    at = place
    while rest[-1].rstrip().endswith("\\") and at + 1 < len(body) and body[at + 1].strip():
        at += 1
        rest.append(body[at])
    text = "\n".join(rest)
    return at, text.strip(), syntax.commands(text)


def _root_prompt(line: str) -> re.Match[str] | None:
    """`# cmd` behind an opened root shell; what reads as a sentence is still a comment."""
    match = look.ROOT_PROMPT.match(line)
    return match if match and look.is_command(line[match.end() :]) else None


def _prompt_follows(body: tuple[str, ...], place: int, root: bool) -> bool:
    for line in body[place:]:
        if look.PROMPT.match(line) or (root and _root_prompt(line)):
            return True
        if not look.COMMENT.match(line):
            return False
    return False


def _output_end(body: tuple[str, ...], place: int, root: bool) -> int:
    end = place
    while end < len(body):
        line = body[end]
        if look.PROMPT.match(line) or (root and _root_prompt(line)):
            break
        if look.COMMENT.match(line) and _prompt_follows(body, end, root):
            break
        if look.COMMENT.match(line) and end == place:
            return place
        end += 1
    return end


def _output(body: tuple[str, ...], first: int, end: int, first_line: int, owner: Draft) -> list[Draft]:
    while first < end and not body[first].strip():
        first += 1
    while end > first and not body[end - 1].strip():
        end -= 1
    if first >= end:
        return []
    span = (first_line + first, first_line + end - 1)
    if owner.expected is None:
        owner.expected = expectations.understood("\n".join(body[first:end]), span, promised=False)
    return [Draft("expected-output", *span, text=_text(body, first, end - 1), title="Expected")]


def _text(body: tuple[str, ...], first: int, last: int) -> str:
    return "\n".join(line.strip() for line in body[first : last + 1])


def _dedent(source: str) -> str:
    rows = source.split("\n")
    indent = len(rows[0]) - len(rows[0].lstrip())
    if not indent or "<<" in source:
        return source
    return "\n".join(row[indent:] if row[:indent].strip() == "" else row for row in rows)
