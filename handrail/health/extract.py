"""Values out of an answer, by jq paths that must each yield exactly one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from handrail.pack.model import Probe
from handrail.pack.probe_names import factor_of, own_names

ITEMS = 200


@lru_cache(maxsize=2048)
def _program(path: str) -> Any:
    import jq

    return jq.compile(path)


def path_error(path: str) -> str:
    """Why jq refuses this path, "" if it does not."""
    try:
        _program(path)
    except ValueError as error:
        return str(error).partition("\n")[0].removeprefix("jq: error: ")
    return ""


def extract(probe: Probe, document: bytes | None) -> tuple[dict[str, object], dict[str, str]]:
    """(values, reasons): what each path gave, in base units, and why those that are missing are."""
    if not probe.values or document is None:
        return {}, {}
    if probe.kind == "nagios":
        return _figures(probe, document)
    text, why = _text(document)
    if text is None:
        return {}, dict.fromkeys(probe.values, why)
    values: dict[str, object] = {}
    reasons: dict[str, str] = {}
    for name, path in probe.values.items():
        try:
            found = list(islice(_program(path).input_text(text), 2))
        except ValueError as error:
            reasons[name] = _refusal(path, str(error))
            continue
        if len(found) == 1:
            values[name] = in_base(probe, name, found[0])
        else:
            reasons[name] = f"{path} gave {'nothing' if not found else 'several values'}"
    return values, reasons


def _figures(probe: Probe, document: bytes) -> tuple[dict[str, object], dict[str, str]]:
    """Performance data by label. What the plugin gave a unit is in base units already."""
    from handrail.health.probes.command import figures

    found = figures(document)
    labels = {name: label.strip("'") for name, label in probe.values.items()}
    return ({name: found[label] for name, label in labels.items() if label in found},
            {name: f"there is no figure {label}" for name, label in labels.items() if label not in found})


def in_bases(probe: Probe, values: Mapping[str, object]) -> dict[str, object]:
    """Columns and metrics that the probe gives a unit, in base units; whatever else is among them as it is."""
    own = frozenset(own_names(probe)) - probe.values.keys()
    return {name: in_base(probe, name, value) if name in own else value for name, value in values.items()}


def items(probe: Probe, document: bytes | None) -> tuple[dict[str, object], str]:
    """(things by name, reason): the things that become sub-lamps; the reason is "" unless they could not be read."""
    assert probe.each is not None
    if document is None:
        return {}, "no answer"
    text, why = _text(document)
    if text is None:
        return {}, why
    try:
        found = list(islice(_program(probe.each.items).input_text(text), ITEMS + 1))
        keys = [list(islice(_program(probe.each.key).input_value(item), 2)) for item in found[:ITEMS]]
    except ValueError as error:
        return {}, _refusal(probe.each.items, str(error))
    if any(len(key) != 1 or not isinstance(key[0], (str, int, float)) for key in keys):
        return {}, f"{probe.each.key} does not name every item"
    named = {str(key[0]): _in_bases(probe, item) for key, item in zip(keys, found, strict=False)}
    return named, f"more than {ITEMS} items" if len(found) > ITEMS else ""


def in_base(probe: Probe, name: str, value: object) -> object:
    """A number in seconds, bytes or as a ratio, where the pack says what its unit is; anything else as it is."""
    factor = factor_of(probe, name)
    if factor is None or isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    return value * factor


def _in_bases(probe: Probe, item: object) -> object:
    if not isinstance(item, Mapping) or isinstance(probe.unit, str):
        return item
    return {name: in_base(probe, f"item.{name}", value) for name, value in item.items()}


def _text(document: bytes) -> tuple[str | None, str]:
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError:
        return None, "the answer is not UTF-8"
    return (text, "") if text.strip() else (None, "the answer is empty")


def _refusal(path: str, said: str) -> str:
    first = said.partition("\n")[0]
    if "parse error" in first:
        return "the answer is not JSON"
    if "compile error" in said or "syntax error" in said:
        return f"{path} is no jq path"
    return f"{path}: {first}"

