"""psql, mysql, redis-cli and their like: which database, where, as whom."""

from __future__ import annotations

import configparser
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from handrail.targets.target import LATER, Target, Use, is_open, read, told

POSTGRES = frozenset({"psql", "pg_dump", "pg_restore", "pg_dumpall", "createdb", "dropdb", "vacuumdb", "reindexdb",
                      "pgbench", "pg_isready"})
MYSQL = frozenset({"mysql", "mysqldump", "mysqladmin", "mariadb", "mariadb-dump", "mysqlcheck"})
REDIS = frozenset({"redis-cli", "valkey-cli"})
# Options with a value in one word of their own.
PG_VALUES = frozenset({"-h", "-p", "-U", "-d", "-c", "-f", "-v", "-o", "-F", "-P", "-R", "-T", "-L", "-t", "-n", "-j"})
MYSQL_VALUES = frozenset({"-h", "-P", "-u", "-D", "-e", "-S"})


def postgres(use: Use) -> Target:
    """By options, a connection string, PG variables and the service file. Raises OSError."""
    environ = use.environ
    first = next(iter(_plain(use, PG_VALUES)), "") if use.program not in ("pg_restore",) else ""
    database = use.option("-d", "--dbname") or first
    given = _connection(database)
    service = given.get("service") or environ.get("PGSERVICE", "")
    values = {**_service(use, service), **_from_environment(environ), **given}
    for name, option in (("host", ("-h", "--host")), ("port", ("-p", "--port")), ("user", ("-U", "--username"))):
        if said := use.option(*option):
            values[name] = said
    if database and not given:
        values["dbname"] = database
    chosen = [f"{name} {values[name]}" for name in ("host", "dbname") if _said(use, name, given, database)]
    key = " ".join(["postgres", *chosen])
    if any(map(is_open, values.values())):
        return Target(key, LATER)
    user = values.get("user") or environ.get("USER", "")
    return Target(key, told(
        f"database {values.get('dbname') or user or 'of the user'}",
        f"on {values.get('host') or 'this host'}{':' + values['port'] if values.get('port', '5432') != '5432' else ''}",
        f"as {user}" if user else ""))


def mysql(use: Use) -> Target:
    """By options, MYSQL variables and ~/.my.cnf. Raises OSError."""
    settings = _my_cnf(use)
    # -p may carry the password in the same word, so only words without a dash are databases.
    named = use.option("-D", "--database") or next(iter(_plain(use, MYSQL_VALUES)), "")
    host = use.option("-h", "--host")
    values = [host or use.environ.get("MYSQL_HOST", "") or settings.get("host", "") or "this host",
              use.option("-P", "--port") or use.environ.get("MYSQL_TCP_PORT", "") or settings.get("port", ""),
              named or settings.get("database", ""), use.option("-u", "--user") or settings.get("user", "")]
    key = " ".join(["mysql", *(f"{name} {value}" for name, value in (("host", host), ("dbname", named)) if value)])
    if any(map(is_open, values)):
        return Target(key, LATER)
    where, port, database, user = values
    return Target(key, told(f"database {database}" if database else "no database",
                            f"on {where}{':' + port if port not in ('', '3306') else ''}",
                            f"as {user}" if user else ""))


def redis(use: Use) -> Target:
    """By options and a URL."""
    address = urlsplit(use.option("-u")) if use.option("-u") else None
    host = (address.hostname or "" if address else "") or use.option("-h")
    port = (str(address.port or "") if address else "") or use.option("-p") or "6379"
    number = use.option("-n") or (address.path.strip("/") if address else "") or "0"
    chosen = (("host", host), ("db", use.option("-n")))
    key = " ".join(["redis", *(f"{name} {value}" for name, value in chosen if value)])
    if any(map(is_open, (host, port, number))):
        return Target(key, LATER)
    return Target(key, f"database {number}, on {host or 'this host'}:{port}")


def _plain(use: Use, values: frozenset[str]) -> list[str]:
    """The words that are neither an option nor an option's value."""
    found, words = [], list(use.words)
    while words:
        word = words.pop(0)
        if word in values or (word.startswith("--") and "=" not in word and word in LONG):
            words[:1] = []
        elif not word.startswith("-"):
            found.append(word)
    return found


# The long ones with a value.
LONG = frozenset({"--host", "--port", "--username", "--dbname", "--command", "--file", "--user", "--database",
                  "--execute", "--output", "--set", "--table", "--format", "--socket"})


def _said(use: Use, name: str, given: dict[str, str], database: str) -> bool:
    """Whether the command itself says it, so that it belongs to what is pinned."""
    if name == "host":
        return bool(use.option("-h", "--host") or given.get("host"))
    return bool(database and (not given or given.get("dbname")))


def _connection(text: str) -> dict[str, str]:
    """A connection string (`host=db1 dbname=app`) or address (`postgres://…`); nothing for a plain name."""
    if "://" in text:
        try:
            parts = urlsplit(text)
            port = str(parts.port or "")
        except ValueError:
            return {}
        found = {"host": parts.hostname or "", "port": port, "user": parts.username or "",
                 "dbname": parts.path.lstrip("/")}
        return {name: value for name, value in found.items() if value}
    return dict(re.findall(r"\b(host|port|user|dbname|service)\s*=\s*'?([^\s']+)", text))


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGDATABASE": "dbname"}
    return {name: environ[variable] for variable, name in names.items() if environ.get(variable)}


def _service(use: Use, name: str) -> dict[str, str]:
    return _ini(read(use.path(use.environ.get("PGSERVICEFILE") or "~/.pg_service.conf")), name) if name else {}


def _my_cnf(use: Use) -> dict[str, str]:
    return _ini(read(use.path("~/.my.cnf")), "client")


def _ini(text: str | None, section: str) -> dict[str, str]:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text or "")
    except configparser.Error as error:
        raise OSError(22, "it is no configuration") from error
    return {key: value or "" for key, value in parser[section].items()} if parser.has_section(section) else {}
