"""Links of a pack that lead nowhere: a lamp, a scenario or a standing condition whose section is not there."""

from __future__ import annotations

from collections.abc import Iterator

from handrail.acts.sections import find
from handrail.errors import UsageError
from handrail.pack.model import Pack
from handrail.pack.pack import FILE
from handrail.runbook.model import Finding, Runbook
from handrail.runbook.reader import read
from handrail.toml_lines import Key, key_lines, line_of

NO_SECTION = "no-section"


def broken_links(pack: Pack) -> tuple[Finding, ...]:
    """One finding for each, in the order of the lines of handrail.toml. Raises OSError when a file cannot be read."""
    lines = key_lines((pack.folder / FILE).read_text("utf-8"))
    runbooks = {path.relative_to(pack.folder).as_posix(): read(path.read_bytes(), path.name) for path in pack.runbooks}
    found = [Finding(line=line_of(lines, key) or 1, code=NO_SECTION, message=f"{whose}: {wrong[0]}", remedy=wrong[1])
             for key, whose, file, place in _links(pack) if (wrong := _wrong(runbooks, file, place)) is not None]
    return tuple(sorted(found, key=lambda finding: finding.line))


def _links(pack: Pack) -> Iterator[tuple[Key, str, str, str]]:
    """(key, whose, file, section); the file is "" for a section of any runbook."""
    for n, probe in enumerate(pack.probes):
        if probe.runbook:
            file, _, place = probe.runbook.partition("#")
            yield ("probe", n, "runbook"), probe.id, file, place.partition(":")[0]
    for n, scenario in enumerate(pack.scenarios):
        if scenario.section:
            yield ("scenario", n, "section"), scenario.id, scenario.runbook, scenario.section
    for n, rule in enumerate(pack.conditions):
        for name in ("engage", "clear"):
            file, _, place = getattr(rule, name).partition("#")
            yield ("condition", n, name), rule.id, file, place


def _wrong(runbooks: dict[str, Runbook], file: str, place: str) -> tuple[str, str] | None:
    """What is wrong and how it is mended; None when it leads somewhere."""
    if file and file not in runbooks:
        return f"this pack has no runbook {file!r}.", "Name one of its Markdown files."
    refused: UsageError | None = None
    for name in [file] if file else runbooks:
        try:
            find(runbooks[name], place)
            return None
        except UsageError as error:
            refused = error
    if file and refused is not None:
        return refused.title, refused.remedy
    return f"no runbook of this pack has a section {place!r}.", "Write it as FILE.md#its-heading."
