"""The targets of a command: what each of its programs would reach from here, now. Reads files, so never on a loop that
paints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from handrail.targets import cloud, database, kube, ssh
from handrail.targets.target import LATER, Target, Use
from handrail.targets.uses import uses

ONE = {
    **dict.fromkeys(kube.PROGRAMS, kube.target),
    **dict.fromkeys(cloud.AWS, cloud.aws),
    **dict.fromkeys(cloud.GCLOUD, cloud.gcloud),
    **dict.fromkeys(cloud.AZ, cloud.az),
    **dict.fromkeys(database.POSTGRES, database.postgres),
    **dict.fromkeys(database.MYSQL, database.mysql),
    **dict.fromkeys(database.REDIS, database.redis),
}
KINDS = {kube.target: "kube", cloud.aws: "aws", cloud.gcloud: "gcloud", cloud.az: "az",
         database.postgres: "postgres", database.mysql: "mysql", database.redis: "redis"}
PROGRAMS = frozenset({*ONE, *ssh.PROGRAMS})
# Beginnings of the variables that decide.
VARIABLES = {
    **dict.fromkeys(kube.PROGRAMS, ("HOME", "KUBECONFIG")),
    **dict.fromkeys(cloud.AWS, ("HOME", "AWS_")),
    **dict.fromkeys(cloud.GCLOUD, ("HOME", "CLOUDSDK_")),
    **dict.fromkeys(cloud.AZ, ("HOME", "AZURE_")),
    **dict.fromkeys(database.POSTGRES, ("HOME", "PG")),
    **dict.fromkeys(database.MYSQL, ("HOME", "MYSQL_")),
}
SECRET = re.compile("SECRET|PASS|PWD|TOKEN|KEY")
# Words about the program's own settings reach nothing; those that change the settings decide for the rest of the step.
ABOUT_ITSELF = frozenset({
    "version", "help", "completion", "--version", "--help", "config", "configure", "configurations",
})
SETS = frozenset({"use-context", "set-context", "set", "activate", "use", "configure", "unset", "set-credentials"})
SET_HERE = "as this step sets it"


def names_a_program(command: str) -> bool:
    """Whether a look could find anything at all: most commands reach nothing but this host."""
    return any(program in command for program in PROGRAMS)


def targets_of(command: str, environ: Mapping[str, str]) -> tuple[Target, ...]:
    """Each target once, in the order the command names them. Never raises: what cannot be read says so in its text."""
    if not names_a_program(command):
        return ()
    found: dict[str, Target] = {}
    set_here: set[str] = set()
    for use in uses(command, environ):
        if (kind := _sets(use)) is not None:
            set_here.add(kind)
        for target in _of(use):
            if target.key in set_here:
                target = Target(f"{target.key} {SET_HERE}", LATER, target.chosen)
            elif own := _own_environment(use, environ):
                target = replace(target, key=f"{target.key} {own}")
            found.setdefault(target.key, target)
    return tuple(found.values())


def _of(use: Use) -> Iterator[Target]:
    look = ONE.get(use.program)
    try:
        if use.program in ssh.PROGRAMS:
            yield from ssh.targets(use)
        elif look is not None and not _about_itself(use):
            yield look(use)
    except OSError as error:
        kind = KINDS[look] if look is not None else f"ssh {use.words[-1] if use.words else ''}"
        where = f"{error.filename}: " if error.filename else ""
        yield Target(kind, f"cannot be read, {where}{error.strerror or error}")


def _own_environment(use: Use, outside: Mapping[str, str]) -> str:
    """What the step itself sets for this call, where it matters: `AWS_PROFILE=prod`. Never a secret."""
    names = (name for name in use.environ if name.startswith(VARIABLES.get(use.program, ("HOME",))))
    return " ".join(f"{name}={use.environ[name]}" for name in sorted(names)
                    if use.environ[name] != outside.get(name) and not SECRET.search(name))


def _about_itself(use: Use) -> bool:
    words = [word for word in use.words if not word.startswith("-") or word in ABOUT_ITSELF]
    return bool(words) and (words[0] in ABOUT_ITSELF or words[:2] == ["account", "set"])


def _sets(use: Use) -> str | None:
    """The kind whose settings this call changes: `kubectl config use-context`, `az account set`."""
    if use.program in ("kubectx", "kubens"):
        return "kube"
    look = ONE.get(use.program)
    return KINDS[look] if look is not None and _about_itself(use) and SETS & set(use.words) else None
