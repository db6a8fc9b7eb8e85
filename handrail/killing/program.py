"""pkill, killall, pgrep, pidof and ps, without Handrail's own processes: `spare pkill -f PATTERN`.

Run as a program of its own, by any Python 3.8 or newer and perhaps by root; it imports the standard library only.
What is killed is killed by its pid. Exit status as of the program it stands for.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

HELP = "usage: spare pkill|killall|pgrep|pidof|ps ARGUMENTS"
# Options of pkill that pgrep does not have; the second ones take a word.
ONLY_PKILL = ("-e", "--echo")
ONLY_SHOWN = ("-a", "-l", "-c", "--list-full", "--list-name", "--count")
PKILL_VALUES = ("-q", "--queue")
KILLALL_WORDS = {"-r": "regex", "--regexp": "regex", "-I": "case", "--ignore-case": "case", "-e": "", "--exact": "",
                 "-q": "quiet", "--quiet": "quiet", "-v": "", "--verbose": "", "-w": "", "--wait": ""}


class Unknown(Exception):
    """An option that cannot be followed: then nothing is killed."""


def main(arguments: list[str]) -> int:
    """Carry out one call; answers the exit status."""
    name, words = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name in ("pkill", "killall"):
        return _kill(name, words)
    if name in ("pgrep", "pidof", "ps"):
        return _list(name, words)
    print(HELP, file=sys.stderr)
    return 2


def matching(name: str, words: list[str]) -> list[int]:
    """The pids that `pkill WORDS`, `killall WORDS`, `pgrep WORDS` or `pidof WORDS` would take, ours among them.

    Raises Unknown, and OSError when pgrep cannot be run.
    """
    if name == "killall":
        return _by_name(words)
    if name == "pidof":
        found = _run(["pidof", *words])
    elif name == "pgrep":
        found = _run(["pgrep", *_without(words, ONLY_SHOWN, ("-d", "--delimiter"))])
    else:
        found = _run(["pgrep", *_without(without_signal(words)[0], ONLY_PKILL, PKILL_VALUES)])
    return [int(word) for word in found.stdout.split() if word.isdigit()]


def ours() -> set[int]:
    """The pids of every Handrail process here, and of all above this one."""
    found = {pid for pid in _pids() if is_handrail(arguments_of(pid))}
    pid = os.getpid()
    while pid > 1:
        found.add(pid)
        pid = _parent(pid)
    return found


def is_handrail(arguments: list[str]) -> bool:
    """Whether these are the arguments of a console, a wall, a supervisor, or of the shell that a supervisor starts."""
    for place, word in enumerate(arguments[:6]):
        base = word.rpartition("/")[2]
        if "/handrail/runs/" in word or "/handrail/killing/" in word:
            return True
        if base == "handrail" and (place == 0 or re.match(r"python|\[?handrail", arguments[0].rpartition("/")[2])):
            return True
        if word == "-m" and arguments[place + 1:place + 2] and re.match(r"(tui|handrail)\b", arguments[place + 1]):
            return True
    return False


def arguments_of(pid: int) -> list[str]:
    """Its command line, word by word; nothing when it is gone."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return [word.decode("utf-8", "replace") for word in file.read(8192).split(b"\0")[:-1]]
    except OSError:
        return []


def _kill(name: str, words: list[str]) -> int:
    try:
        rest, number = without_signal(words)
        found = matching(name, rest)
    except Unknown as error:
        print(f"handrail: {error}: nothing was killed", file=sys.stderr)
        return 2
    mine = ours()
    killed, status = 0, 1
    for pid in found:
        if pid in mine:
            continue
        try:
            os.kill(pid, number)
            killed, status = killed + 1, 0
            if {"-e", "--echo"} & set(words) and name == "pkill":
                print(f"{name_of(pid)} killed (pid {pid})")
        except ProcessLookupError:
            continue
        except OSError as error:
            print(f"{name}: killing pid {pid} failed: {error.strerror}", file=sys.stderr)
    spared = [pid for pid in found if pid in mine and pid != os.getpid()]
    if spared:
        print(f"handrail: spared {len(spared)} of its own: {' '.join(map(str, spared))}", file=sys.stderr)
    if not killed and not [pid for pid in found if pid not in mine]:
        print("handrail: nothing matches: nothing to kill", file=sys.stderr)
    return status


def _list(name: str, words: list[str]) -> int:
    mine = ours()
    if name == "ps":
        return _ps(words, mine)
    found = _run([name, *words])
    out = []
    delimiter = _value(words, ("-d", "--delimiter")) if name == "pgrep" else None
    if name == "pidof" or delimiter is not None:
        kept = [word for word in re.split(r"\D+", found.stdout) if word and int(word) not in mine]
        out = [(delimiter if delimiter is not None else " ").join(kept)] if kept else []
    elif {"-c", "--count"} & set(words):
        out = [str(len([pid for pid in matching(name, words) if pid not in mine]))]
    else:
        out = [line for line in found.stdout.splitlines()
               if not (line.split(None, 1)[:1] and line.split()[0].isdigit() and int(line.split()[0]) in mine)]
    if out:
        print("\n".join(out))
    sys.stderr.write(found.stderr)
    return found.returncode or (0 if out else 1)


def _ps(words: list[str], mine: set[int]) -> int:
    found = _run(["ps", *words])
    lines = found.stdout.splitlines()
    head = lines[0].split() if lines else []
    at = head.index("PID") if "PID" in head else None
    for line in lines:
        fields = line.split()
        if at is None or len(fields) <= at or not fields[at].isdigit() or int(fields[at]) not in mine:
            print(line)
    sys.stderr.write(found.stderr)
    return found.returncode


def without_signal(words: list[str]) -> tuple[list[str], int]:
    """The words without the signal, and its number."""
    rest: list[str] = []
    number, words = int(signal.SIGTERM), list(words)
    while words:
        word = words.pop(0)
        if word in ("--signal", "-s") and words and (word == "--signal" or _number(words[0])):
            number = _number(words.pop(0)) or number
        elif word.startswith("--signal="):
            number = _number(word[9:]) or number
        elif re.fullmatch(r"-(\d+|(SIG)?[A-Z][A-Z0-9]{2,})", word) and (given := _number(word[1:])):
            number = given
        else:
            rest.append(word)
    return rest, number


def _number(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    found = getattr(signal, "SIG" + text.upper().replace("SIG", "", 1), None)
    return None if found is None else int(found)


def _without(words: list[str], plain: tuple[str, ...], valued: tuple[str, ...]) -> list[str]:
    """The words without these options. One that hides in a bundle such as -af leaves the others of it."""
    letters = {option[1] for option in plain if len(option) == 2}
    rest: list[str] = []
    words = list(words)
    while words:
        word = words.pop(0)
        if word in valued:
            del words[:1]
        elif word in plain or any(word.startswith(option + "=") for option in valued):
            continue
        elif re.fullmatch(r"-[a-zA-Z]{2,}", word) and letters & set(word[1:]):
            kept = "".join(letter for letter in word[1:] if letter not in letters)
            rest += ["-" + kept] if kept else []
        else:
            rest.append(word)
    return rest


def _value(words: list[str], names: tuple[str, ...]) -> str | None:
    for place, word in enumerate(words):
        if word in names and place + 1 < len(words):
            return words[place + 1]
        if word.startswith("-d") and len(word) > 2 and not word.startswith("--"):
            return word[2:]
    return None


def _by_name(words: list[str]) -> list[int]:
    """killall: the name of the program, to the letter or as a pattern."""
    how: set[str] = set()
    names: list[str] = []
    user, words = None, list(words)
    while words:
        word = words.pop(0)
        if word in ("-u", "--user") and words:
            user = _uid(words.pop(0))
        elif word in KILLALL_WORDS:
            how.add(KILLALL_WORDS[word])
        elif word.startswith("-") and word != "--":
            raise Unknown(f"killall {word} is an option it does not follow")
        elif word != "--":
            names.append(word)
    flags = re.IGNORECASE if "case" in how else 0
    patterns = [re.compile(name if "regex" in how else re.escape(name), flags) for name in names]
    match = re.Pattern.search if "regex" in how else re.Pattern.fullmatch
    return [pid for pid in _pids() if (user is None or _owner(pid) == user)
            and any(match(pattern, text) for pattern in patterns for text in names_of(pid))]


def names_of(pid: int) -> list[str]:
    """What a process may be called: a name in /proc has 15 characters at most, so its first word counts as well."""
    name = name_of(pid)
    words = arguments_of(pid)
    try:
        program = os.readlink(f"/proc/{pid}/exe")
    except OSError:
        program = ""
    longer = words[0].rpartition("/")[2] if words and len(name) >= 15 else ""
    return [text for text in (name, longer if longer.startswith(name) else "", program) if text]


def name_of(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/comm") as file:
            return file.read().strip()
    except (OSError, ValueError):
        return ""


def _uid(user: str) -> int:
    if user.isdigit():
        return int(user)
    import pwd

    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError:
        raise Unknown(f"there is no user {user}") from None


def _owner(pid: int) -> int | None:
    try:
        return os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return None


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _parent(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return 0


def _run(words: list[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                              check=False)
    except OSError as error:
        raise Unknown(f"{words[0]} cannot be run, {error.strerror}") from error


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unknown as refused:
        print(f"handrail: {refused}", file=sys.stderr)
        sys.exit(2)
