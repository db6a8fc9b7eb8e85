"""aws, gcloud, az: the profile, and the account, project or subscription behind it, out of their configurations."""

from __future__ import annotations

import configparser
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handrail.targets.target import LATER, Target, Use, is_open, read, told

AWS = frozenset({"aws", "eksctl", "sam", "cdk"})
GCLOUD = frozenset({"gcloud", "gsutil", "bq"})
AZ = frozenset({"az"})

ROLE_ACCOUNT = re.compile(r"arn:[\w-]+:iam::(\d{12}):")


def aws(use: Use) -> Target:
    """Profile, account where the configuration names it, region. Raises OSError."""
    profile = use.option("--profile")
    key = f"aws --profile {profile}" if profile else "aws"
    environ = use.environ
    name = profile or environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE") or "default"
    if is_open(name):
        return Target(key, LATER)
    config = _ini(use.path(environ.get("AWS_CONFIG_FILE") or "~/.aws/config"))
    keys = _ini(use.path(environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"))
    section = config.get(name if name == "default" else f"profile {name}", {})
    held = keys.get(name, {})
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or section.get("region", "")
    here = use.option("--region")
    from_environment = environ.get("AWS_ACCESS_KEY_ID", "") if not profile else ""
    access = from_environment or held.get("aws_access_key_id", "") or section.get("aws_access_key_id", "")
    role = ROLE_ACCOUNT.search(section.get("role_arn", "") or held.get("role_arn", ""))
    account = (role[1] if role else "") or section.get("sso_account_id", "") or section.get("aws_account_id", "")
    return Target(key, told(
        f"profile {name}" if section or held or not from_environment else "keys of the environment",
        f"account {account}" if account and not from_environment else "",
        f"key …{access[-4:]}" if access and (not account or from_environment) else "",
        region,
        "" if section or held or from_environment else "which no configuration has",
    ), f"region {here}" if here else "")


def gcloud(use: Use) -> Target:
    """Configuration, account and project. Raises OSError."""
    chosen = use.option("--configuration")
    here = told(*(f"{name.strip('-')} {value}" for name in ("--account", "--project") if (value := use.option(name))))
    key = f"gcloud --configuration {chosen}" if chosen else "gcloud"
    if is_open(chosen):
        return Target(key, LATER, here)
    environ = use.environ
    folder = use.path(environ.get("CLOUDSDK_CONFIG") or "~/.config/gcloud")
    name = chosen or environ.get("CLOUDSDK_ACTIVE_CONFIG_NAME") or (read(folder / "active_config") or "").strip()
    core = _ini(folder / "configurations" / f"config_{name or 'default'}").get("core", {})
    return Target(key, told(
        f"configuration {name or 'default'}",
        f"account {environ.get('CLOUDSDK_CORE_ACCOUNT') or core.get('account') or 'none'}",
        f"project {environ.get('CLOUDSDK_CORE_PROJECT') or core.get('project') or 'none'}",
    ), here)


def az(use: Use) -> Target:
    """Subscription and user. Raises OSError."""
    chosen = use.option("--subscription")
    key = f"az --subscription {chosen}" if chosen else "az"
    if is_open(chosen):
        return Target(key, LATER)
    folder = use.path(use.environ.get("AZURE_CONFIG_DIR") or "~/.azure")
    known = _subscriptions(read(folder / "azureProfile.json"))
    found = next((one for one in known if (chosen in (one.get("id"), one.get("name")) if chosen
                                           else one.get("isDefault") is True)), None)
    if found is None:
        return Target(key, "which no login has" if chosen else "no subscription is set")
    user = found.get("user")
    return Target(key, told(f"subscription {found.get('name')}", str(found.get("id", "")),
                            f"as {user.get('name')}" if isinstance(user, Mapping) and user.get("name") else ""))


def _subscriptions(text: str | None) -> list[dict[str, Any]]:
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        raise OSError(22, "azureProfile.json is no JSON") from error
    entries = found.get("subscriptions") if isinstance(found, dict) else None
    return [entry for entry in entries or () if isinstance(entry, dict)] if isinstance(entries, list) else []


def _ini(path: Path) -> dict[str, dict[str, str]]:
    """The sections of an ini file; none when it is not there."""
    text = read(path)
    if text is None:
        return {}
    parser = configparser.RawConfigParser(strict=False, default_section="\0none", allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise OSError(22, f"{path.name} is no configuration") from error
    return {name: {key: value or "" for key, value in parser[name].items()} for name in parser.sections()}
