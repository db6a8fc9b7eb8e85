"""What exactly would run: the command with its values and rewrites, on what target, and whether it may."""

from __future__ import annotations

import os
import pwd
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from handrail.bounds import outside
from handrail.errors import Refusal
from handrail.incident.adapted import replaced
from handrail.incident.checklist import split_key
from handrail.incident.fence_says import folder, shell
from handrail.incident.fence_says import refusal as interpreted
from handrail.incident.forms import Form, form_of
from handrail.incident.in_ps import in_ps
from handrail.incident.incident import Edit, Incident, Pin, Replacement
from handrail.incident.target import word_for
from handrail.killing.sparing import SPARES, spare
from handrail.pack.model import Pack
from handrail.pack.rewrites import rewrite
from handrail.runbook import web
from handrail.runbook.model import RISKS, ByHand, Expected, Item, Risk
from handrail.runbook.request_text import parts
from handrail.runbook.shell import classify
from handrail.runbook.tools import standard
from handrail.targets.target import Target

# What stands for a secret wherever it would be shown or recorded.
HIDDEN = "••••••"
SEEN = "its secret is visible in ps while it runs"
NONE: Mapping[str, str] = MappingProxyType({})

FOREIGN_SHELLS = frozenset({"powershell", "pwsh", "ps1", "cmd", "bat", "batch", "dos"})


@dataclass(frozen=True, slots=True)
class Consent:
    """The exact command the operator saw, and for a destructive one the word that was typed.

    Under the lock it must still be what would run; else the answer is a Refusal with the code "changed".
    """

    command: str
    typed: str = ""
    targets: tuple[Target, ...] | None = None
    """What it was seen to reach; None for whoever saw no target, as scripts do."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A step as it would run now.

    `command` has its values filled in and its rewrites applied, `original` is the document's text; `notes` say why they
    differ. `blanks` names what is still open: nothing runs while one is. `word` is what to type before a destructive
    step. `refused` says why it cannot run at all (a drill's limits), else None. `targets` is what it reaches, None
    while that is being looked up; `pins` are those that are something else now than when they were pinned: until the
    new one is accepted `refused` has the code target-changed. `text` is `command` as a person edits it, `unedited` what
    it is without an edit; `edited_by` names who edited it for this run. `in_ps` is True where the runbook's own command
    takes a secret as an argument, which everybody on the host can read while it runs.
    """

    command: str
    original: str
    notes: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()
    user: str = ""
    host: str = ""
    cwd: str = ""
    risk: Risk = "change"
    risk_why: str = ""
    word: str = ""
    expected: Expected | None = None
    refused: Refusal | None = None
    targets: tuple[Target, ...] | None = ()
    pins: tuple[tuple[Pin, Target], ...] = ()
    text: str = ""
    unedited: str = ""
    edited_by: str = ""
    in_ps: bool = False
    script: str = field(default="", repr=False, compare=False)
    """`command` with its secrets, which is what runs; "" when it has none. Never shown, recorded or compared."""
    secrets: tuple[str, ...] = field(default=(), repr=False, compare=False)
    form: Form = field(default=Form(), repr=False, compare=False)
    """What becomes of it when it runs: a single run, a monitor, a service, or a program for the whole terminal."""


# What a command reaches; None while nobody knows yet.
Look = Callable[[str], tuple[Target, ...] | None]


def prepare(incident: Incident, key: str, item: Item, pack: Pack | None, cwd: str,
            look: Look | None = None, secrets: Mapping[str, str] = NONE,
            around: Mapping[str, str] | None = None) -> Prepared:
    """`item` (CALL:ITEM is `key`) as it would run in `cwd` with the values of its call, the rules of `pack`, and what
    operators put in place of the runbook's words. `secrets` fill blanks by name too; of them only `script` speaks.
    `around` are the variables that it would find, by which a practice world tells where it leads."""
    call = split_key(key)[0]
    within = folder(item, next((one.document for one in incident.calls if one.id == call), ""))
    prepared = prepare_with(item, values_of(incident, call, pack), secrets, pack, within or cwd,
                            edit=incident.edit(key), replacements=incident.replacements, around=around)
    if within and (beyond := outside(f"cd -- {shlex.quote(within)}", item.kind, pack)):
        prepared = replace(prepared, refused=prepared.refused or beyond)
    if look is None or item.kind == "http":
        return prepared
    return _held(replace(prepared, targets=look(prepared.text)), incident)


def prepare_with(item: Item, values: Mapping[str, str], secrets: Mapping[str, str], pack: Pack | None, cwd: str, *,
                 edit: Edit | None = None, replacements: Sequence[Replacement] = (),
                 around: Mapping[str, str] | None = None) -> Prepared:
    """As `prepare_item`, with secrets by the names of their blanks: only `script` speaks of them."""
    hidden = {blank.name: secrets[blank.name] for blank in item.placeholders if blank.name in secrets}

    def filled(more: Mapping[str, str]) -> Prepared:
        return prepare_item(item, {**values, **more}, pack, cwd, edit=edit, replacements=replacements, around=around)

    prepared = filled(dict.fromkeys(hidden, HIDDEN))
    if not hidden:
        return prepared
    return _with_secrets(item, prepared, filled(hidden), tuple(hidden.values()), edited=edit is not None)


def prepare_item(item: Item, values: Mapping[str, str], pack: Pack | None, cwd: str, *, edit: Edit | None = None,
                 replacements: Sequence[Replacement] = (), around: Mapping[str, str] | None = None) -> Prepared:
    """`item` as it would run in `cwd` with these values, by the names of its blanks."""
    from handrail.runbook.placeholders import fill, open_blanks

    filled = fill(item.command, values, item.placeholders)
    rewritten = rewrite(with_base(filled, pack) if item.kind == "http" else filled, pack)
    unedited, said = replaced(rewritten.command, replacements)
    command = edit.command if edit else unedited
    notes = (f"edited by {edit.by} for this run",) if edit else (*said, *rewritten.notes)
    if item.by_hand is not None:
        notes = (reclassed(item.by_hand), *notes)
    risk, why = _risk(item, command, edited=edit is not None)
    host = os.uname().nodename
    foreign = None if edit else _foreign(item, filled, pack) or interpreted(item)
    refused = _inside(item) or foreign or _no_base(item, command) or (
        _another_shell(item, pack) or outside(command, item.kind, pack, around))
    form = form_of(item, command)
    if "://" in form.ready:
        refused = refused or outside(f"GET {form.ready}", "http", pack)
    spared = spare(command) if item.kind != "http" and not (pack and pack.world) else command
    return Prepared(
        command=spared,
        original=item.command,
        notes=tuple(filter(None, (form.note, SPARES if spared != command else "", *notes))),
        blanks=open_blanks(command, {}, item.placeholders) if edit else (
            open_blanks(item.command, values, item.placeholders)),
        user=pwd.getpwuid(os.getuid()).pw_name,
        host=host,
        cwd=cwd,
        risk=risk,
        risk_why=why,
        word=word_for(command, item.kind, host) if risk == "destructive" else "",
        expected=item.expected,
        refused=refused,
        text=command,
        unedited=unedited,
        edited_by=edit.by if edit else "",
        form=replace(form, command=spare(form.command)) if spared != command else form,
    )


def _with_secrets(item: Item, shown: Prepared, real: Prepared, secrets: tuple[str, ...], *, edited: bool) -> Prepared:
    """`shown` speaks of the step, `real` runs. The worse of the two risks counts: a value can make a command worse."""
    worse = max(shown, real, key=lambda one: RISKS.index(one.risk))
    refused = shown.refused or real.refused
    if refused is not None and refused is not shown.refused and any(secret in refused.sentence for secret in secrets):
        refused = replace(refused, sentence="With its secret filled in it would not stay inside this practice world.")
    if edited and HIDDEN in shown.command:
        refused = refused or Refusal("secret-in-edit", f"The edited text holds {HIDDEN} where a secret stood.",
                                     "Edit again and write the blank as the runbook does.")
    seen = item.kind != "http" and in_ps(shown.form.command or shown.command, HIDDEN)
    notes = (SEEN, *shown.notes) if seen else shown.notes
    return replace(shown, in_ps=seen, script=real.command, secrets=secrets, risk=worse.risk, risk_why=shown.risk_why,
                   word=shown.word or (shown.host if worse.risk == "destructive" else ""), refused=refused, notes=notes,
                   form=real.form)


def _held(prepared: Prepared, incident: Incident) -> Prepared:
    """Held when what it reaches is not what was pinned."""
    pinned = {pin.target: pin for pin in incident.pins}
    changed = tuple((pinned[target.key], target) for target in prepared.targets or ()
                    if target.key in pinned and pinned[target.key].text != target.text)
    if not changed:
        return prepared
    pin, target = changed[0]
    held = Refusal("target-changed", f"HELD, {pin.target} is not what it was: {pin.text} then, {target.text} now.",
                   "enter shows both and asks.")
    return replace(prepared, pins=changed, refused=prepared.refused or held)


def reclassed(by_hand: ByHand) -> str:
    """How an item says that a person re-classed it."""
    return f"re-classed by {by_hand.by}: {by_hand.word}, not {by_hand.own}"


def values_of(incident: Incident, call: str, pack: Pack | None) -> dict[str, str]:
    """What fills the blanks of a call: the pack's variables, then what was asked for in this call."""
    asked = {value.name: value.text for value in incident.values if value.call in ("", call) and not value.secret}
    return {**(pack.vars if pack else {}), **asked}


def with_base(request: str, pack: Pack | None) -> str:
    """`POST /path` as `POST http://host/path` where the pack says which host."""
    method, space, address = request.partition(" ")
    if address.startswith("/") and pack is not None and pack.base:
        return f"{method}{space}{pack.base.rstrip('/')}{address}"
    return request


def _inside(item: Item) -> Refusal | None:
    """A step for a program that an earlier one opens would do something else, or the same to the wrong host, here."""
    if item.inside is None:
        return None
    return Refusal("inside", "It belongs inside the program that an earlier step opens.", "Type it there (i).")


def _foreign(item: Item, filled: str, pack: Pack | None) -> Refusal | None:
    """What was written for another shell runs only if rewrites turn each of its lines into something for this one."""
    if item.language.lower() not in FOREIGN_SHELLS:
        return None
    left = [line for line in filled.splitlines() if line.strip() and rewrite(line, pack).command == line]
    if not left:
        return None
    sentence = f"It is written for {item.language}, and nothing says how {left[0].strip()!r} runs here."
    return Refusal("other-shell", sentence, "Add a [[rewrite]] to the pack, or do it by hand and skip this step.")


def _another_shell(item: Item, pack: Pack | None) -> Refusal | None:
    """What would leave a practice world is worked out for bash and sh; zsh reads some of it in another way."""
    name = shell(item)
    if name != "zsh" or pack is None or not pack.world:
        return None
    return Refusal("outside-the-world", f"It is written for {name}, and what stays inside this practice world is "
                   "worked out for sh and bash only.", "Skip it (s); for real it is run without `drill`.")


def _no_base(item: Item, command: str) -> Refusal | None:
    if item.kind != "http" or "://" in parts(command).address:
        return None
    return Refusal("no-base", "This request names no host, and no pack says which one it means.",
                   'Give the pack with --pack, or set base = "http://HOST:PORT" in its handrail.toml.')


def _risk(item: Item, command: str, *, edited: bool) -> tuple[Risk, str]:
    """The worse of what the document's command is and what its values and rewrites made of it; of an edited one, what
    that is."""
    by_hand = item.by_hand
    if edited and item.kind == "http":
        request = parts(command)
        risk, why = web.address_risk(request.method, request.address, standard())
    elif edited:
        risk, why = classify(command, item.language)[:2]
    elif item.kind == "http" or command == item.command:
        return item.risk, item.risk_why
    else:
        risk, why = classify(command, item.language)[:2]
        # What a person said of the command holds unless its values made it worse than the reader found it.
        read_as = item.risk if by_hand is None else by_hand.risk
        return (risk, why) if RISKS.index(risk) > RISKS.index(read_as) else (item.risk, item.risk_why)
    if by_hand is not None and RISKS.index(item.risk) > RISKS.index(risk):
        return item.risk, item.risk_why
    return risk, why
