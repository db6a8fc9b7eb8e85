"""kubectl, oc, helm: context, cluster and namespace out of the kubeconfig files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handrail.targets.target import LATER, Target, Use, is_open, read, told

PROGRAMS = frozenset({"kubectl", "oc", "helm", "stern", "kubecolor"})


def target(use: Use) -> Target:
    """Raises OSError when a kubeconfig cannot be read."""
    files = use.option("--kubeconfig") or use.environ.get("KUBECONFIG", "")
    context = use.option("--context", "--kube-context")
    namespace = use.option("-n", "--namespace")
    here = f"namespace {namespace}" if namespace else ""
    if {"-A", "--all-namespaces"} & set(use.words):
        here = "all namespaces"
    chosen = [f"--context {context}" if context else "", f"--kubeconfig {files}" if use.option("--kubeconfig") else ""]
    key = " ".join(["kube", *filter(None, chosen)])
    if is_open(files) or is_open(context):
        return Target(key, LATER, here)
    config = _merged(use, files)
    name = context or _text(config.get("current-context"))
    if not name:
        return Target(key, "no context is set", here)
    found = _named(config, "contexts", name).get("context")
    details: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    server = _named(config, "clusters", _text(details.get("cluster"))).get("cluster")
    address = _text(server.get("server")) if isinstance(server, Mapping) else ""
    return Target(key, told(f"context {name}", f"namespace {_text(details.get('namespace')) or 'default'}", address,
                            "" if details else "which no kubeconfig has"), here)


def _merged(use: Use, files: str) -> dict[str, Any]:
    """The files as kubectl merges them: the first to name something wins."""
    merged: dict[str, Any] = {"contexts": [], "clusters": [], "current-context": None}
    for part in files.split(":") if files else ["~/.kube/config"]:
        text = read(use.path(part)) if part else None
        config = _parsed(text) if text else {}
        merged["current-context"] = merged["current-context"] or config.get("current-context")
        for kind in ("contexts", "clusters"):
            entries = config.get(kind)
            merged[kind] += entries if isinstance(entries, list) else []
    return merged


def _parsed(text: str) -> dict[str, Any]:
    import yaml

    try:
        found = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise OSError(22, "it is no readable YAML") from error
    return found if isinstance(found, dict) else {}


def _named(config: Mapping[str, Any], kind: str, name: str) -> Mapping[str, Any]:
    return next((entry for entry in config[kind] if isinstance(entry, Mapping) and entry.get("name") == name), {})


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
