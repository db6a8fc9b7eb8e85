"""The other kinds, each against the real thing: programs, files, databases, this host."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import time
from pathlib import Path

import pytest
from support.faulty import FaultyServer
from support.waiting import wait_until

from handrail.health.extract import extract, in_bases
from handrail.health.probes import Hands, Reading, options_of, way_to_ask
from handrail.health.probes.command import figures
from handrail.health.probes.http import Client
from handrail.pack.pack import Probe

LIMIT = 30.0  # s; what is no test of it must not run into it on a loaded machine


async def asked(kind: str, hands: Hands | None = None, **options: object) -> Reading:
    probe = Probe(id="p", kind=kind, options=options)
    hands = hands or Hands(timeout=LIMIT, body_limit=100_000, interval=1.0)
    async with asyncio.timeout(hands.timeout):
        return await way_to_ask(kind)(options_of(probe), hands)


def program(folder: Path, body: str, name: str = "tool") -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o700)
    return str(path)


# -- dns


async def test_a_name_that_everyone_knows():
    values = (await asked("dns", name="localhost")).values
    assert (values["error"], values["rcode"]) == ("none", "NOERROR")
    assert values["answers"] >= 1


async def test_a_name_that_nobody_has():
    values = (await asked("dns", Hands(timeout=LIMIT, body_limit=1, interval=1), name="handrail-test.invalid")).values
    assert (values["error"], values["answers"]) == ("dns", 0)
    assert values["rcode"] in ("NXDOMAIN", "SERVFAIL")


# -- command


async def test_a_program_and_what_it_said(tmp_path):
    reading = await asked("command", argv=[program(tmp_path, "echo '{\"score\": 0.97}'; echo more >&2; exit 3")])
    assert (reading.values["error"], reading.values["rc"], reading.values["lines"]) == ("none", 3, 1)
    assert reading.document == b'{"score": 0.97}\n'


async def test_no_shell_reads_its_arguments(tmp_path):
    reading = await asked("command", argv=["printf", "%s", "$(touch x); `id` | cat > y"], cwd=str(tmp_path))
    assert reading.values["stdout"] == "$(touch x); `id`", "up to the bar, as plugins write it"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("argv", "error"), [
    (["/nowhere/at/all"], "not_found"), (["no-such-program-handrail"], "not_found"),
    (["/etc/passwd"], "not_executable"),
    ([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"], "killed"),
])
async def test_programs_that_do_not_run(argv, error):
    values = (await asked("command", argv=argv)).values
    assert values["error"] == error
    assert "rc" not in values


async def test_the_stand_ins_come_before_the_real_ones(tmp_path):
    program(tmp_path, "echo stand-in", "uname")
    hands = Hands(timeout=LIMIT, body_limit=1000, interval=1, path=(str(tmp_path),))
    assert (await asked("command", hands, argv=["uname"])).values["stdout"] == "stand-in"


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


async def test_a_program_over_its_time_takes_its_children_with_it(tmp_path):
    tool = program(tmp_path, f"sleep 300 & echo $! > {tmp_path}/child\nsh -c 'sleep 301' & wait")
    for timeout in (0.7, 3, 9):  # a loaded machine may not have got to the child before
        with pytest.raises(TimeoutError):
            await asked("command", Hands(timeout=timeout, body_limit=1000, interval=1), argv=[tool])
        if child := (tmp_path / "child").exists() and (tmp_path / "child").read_text():
            break
    wait_until(lambda: not alive(int(child)), what="the child is gone")


async def test_a_program_that_leaves_a_child_at_its_output_is_not_waited_for(tmp_path):
    reading = await asked("command", argv=[program(tmp_path, f"sleep 300 & echo $! > {tmp_path}/child; echo done")])
    assert (reading.values["rc"], reading.values["stdout"]) == (0, "done")
    wait_until(lambda: not alive(int((tmp_path / "child").read_text())))


async def test_output_without_end_is_cut(tmp_path):
    reading = await asked("command", Hands(timeout=LIMIT, body_limit=10_000, interval=1), argv=["yes"])
    assert reading.values["error"] == "size"
    assert reading.document is None


# -- plugins


@pytest.mark.parametrize(("line", "found"), [
    (b"OK - fine | time=0.5s;1;2;0 'free space'=12GB;; size=3KB used=40% n=7c bad=U\n",
     {"time": 0.5, "free space": 12e9, "size": 3000.0, "used": 0.4, "n": 7.0}),
    (b"OK\n", {}),
    (b"load|load1=0.31;5;10 load5=0.20\nlonger text\n| more=5ms\n", {"load1": 0.31, "load5": 0.2, "more": 0.005}),
    (b"x | 'it''s'=1\n", {"it's": 1.0}),
    (b"x | broken== =5 \xff\x00=1", {}),
])
def test_figures_of_a_plugin(line, found):
    told = figures(line)
    assert {name: told[name] for name in found} == pytest.approx(found)


async def test_a_plugins_figures_become_values(tmp_path):
    tool = program(tmp_path, "echo \"DISK WARNING - low | '/'=90%;80;95 rta=12ms\"; exit 1")
    reading = await asked("nagios", argv=[tool])
    assert (reading.values["rc"], reading.values["stdout"]) == (1, "DISK WARNING - low")
    probe = Probe(id="p", kind="nagios", values={"root": "'/'", "rta": "rta", "gone": "gone"}, unit={"rta": "ms"})
    values, reasons = extract(probe, reading.document)
    assert values == pytest.approx({"root": 0.9, "rta": 0.012})
    assert reasons == {"gone": "there is no figure gone"}


async def test_a_real_plugin():
    path = Path("/usr/lib/nagios/plugins/check_dummy")
    if not path.exists():
        pytest.skip("Debian's monitoring-plugins are not installed")
    assert (await asked("nagios", argv=[str(path), "2", "broken"])).values["rc"] == 2


# -- prometheus-text

METRICS = b'''# HELP up 1 if it is up
# TYPE up gauge
up 1
latency_ms{agent="a \\"x\\"",q="0.95"} 72000 1795230000000
latency_ms{agent="b",q="0.95"} 12
latency_ms_total 9
broken{ 5
nan_value NaN
'''


@pytest.mark.parametrize(("metric", "labels", "found"), [
    ("up", {}, {"value": 1.0, "series": 1}),
    ("latency_ms", {"agent": 'a "x"'}, {"value": 72000.0, "series": 1}),
    ("latency_ms", {"agent": "b"}, {"value": 12.0, "series": 1}),
    ("latency_ms", {}, {"series": 2}),
    ("latency_ms", {"agent": "c"}, {"series": 0}),
    ("latency", {}, {"series": 0}),
])
async def test_one_metric_of_a_page(server: FaultyServer, metric, labels, found):
    server.answer = METRICS
    client = Client([server.url])
    hands = Hands(timeout=LIMIT, body_limit=100_000, interval=1, client=lambda: client)
    reading = await asked("prometheus-text", hands, url=server.url, metric=metric, labels=labels)
    assert reading.values["error"] == "none"
    assert {name: reading.values.get(name) for name in ("value", "series")} == {"value": None} | found
    probe = Probe(id="p", kind="prometheus-text", unit="ms")
    if "value" in found:
        assert in_bases(probe, reading.values)["value"] == found["value"] / 1000


async def test_a_page_that_is_an_error_is_no_measurement(server: FaultyServer):
    server.mode = "503"
    client = Client([server.url])
    hands = Hands(timeout=LIMIT, body_limit=100_000, interval=1, client=lambda: client)
    assert (await asked("prometheus-text", hands, url=server.url, metric="up")).values == {"error": "protocol"}


# -- this host


async def test_processes_by_their_command_line():
    word = f"handrail-test-{os.getpid()}"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(60)", word)
    try:
        hands = Hands(timeout=LIMIT, body_limit=1, interval=1, needs=frozenset({"fds_pct", "sockets"}))
        wait_until(lambda: word.encode() in Path(f"/proc/{process.pid}/cmdline").read_bytes())
        values = (await asked("process", hands, match=word)).values
        assert (values["error"], values["count"], values["zombies"], values["sockets"]) == ("none", 1, 0, 0)
        assert values["rss_max"] == values["rss_sum"] > 1_000_000
        assert 0 <= values["age_min"] < 60
        assert 0 < values["fds_pct"] < 0.5
        await asyncio.sleep(0.05)
        assert 0 <= (await asked("process", hands, match=word)).values["cpu"] < 1.5
    finally:
        process.kill()
        await process.wait()
    assert (await asked("process", match=word)).values["count"] == 0


async def test_memory_of_this_host():
    values = (await asked("memory")).values
    told = int(next(line for line in Path("/proc/meminfo").read_text().splitlines()
                    if line.startswith("MemAvailable")).split()[1]) * 1024
    assert values["available"] == pytest.approx(told, rel=0.2)
    assert values["used"] + values["available_ratio"] == pytest.approx(1)


# -- files and logs


async def test_a_file_as_it_is(tmp_path):
    path = tmp_path / "tokens.json"
    assert (await asked("file", path=str(path))).values == {
        "error": "none", "exists": False, "broken_link": False, "readable": False, "writable": False, "count": 0}
    path.write_text("12345")
    path.chmod(0o640)
    os.utime(path, (time.time() - 3600,) * 2)
    values = (await asked("file", path=str(path))).values
    assert (values["exists"], values["size"], values["mode"], values["count"]) == (True, 5, 0o640, 1)
    assert values["age"] == pytest.approx(3600, abs=30)
    link = tmp_path / "current"
    link.symlink_to(tmp_path / "release-1")
    values = (await asked("file", path=str(link))).values
    assert (values["exists"], values["broken_link"], values["target"]) == (False, True, str(tmp_path / "release-1"))


async def test_the_newest_of_several_and_how_many_are_old(tmp_path):
    for n, size in enumerate((10, 30, 20)):
        path = tmp_path / f"b{n}.backup"
        path.write_bytes(b"x" * size)
        os.utime(path, (time.time() - 100 * (n + 1),) * 2)
    pattern = str(tmp_path / "*.backup")
    assert (await asked("file", glob=pattern)).values["size"] == 10
    assert (await asked("file", glob=pattern, pick="oldest")).values["size"] == 20
    assert (await asked("file", glob=pattern, pick="largest")).values["age"] == pytest.approx(200, abs=30)
    assert (await asked("file", glob=pattern, older_than="150s")).values["count"] == 2
    assert (await asked("file", glob=str(tmp_path / "*.none"))).values == {"error": "none", "exists": False, "count": 0}


async def test_a_line_without_end_is_looked_at_as_far_as_a_line_goes(tmp_path):
    """`re` holds everything up while it looks, and this pattern takes the square of what it looks at."""
    path = tmp_path / "app.log"
    path.write_bytes(b"a" * 2_000_000 + b"\nERROR\n")
    begun = time.process_time()
    values = (await asked("log", path=str(path), match="a+b|ERROR", read="whole")).values
    assert values["count"] == 1
    assert time.process_time() - begun < 10, "it would take minutes"


async def test_a_pipe_is_no_log_and_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert (await asked("log", path=str(tmp_path / "pipe"), match="x")).values == {"error": "io"}


async def test_new_lines_of_a_log_that_match(tmp_path):
    path, hands = tmp_path / "app.log", Hands(timeout=LIMIT, body_limit=1, interval=1)

    async def matches() -> object:
        return (await asked("log", hands, path=str(path), match="ERROR|FATAL")).values.get("matches")

    assert await matches() is None, "not there: nothing was counted, and that is not zero"
    path.write_text("ERROR before anyone looked\n")
    assert await matches() == 0
    with path.open("a") as file:
        file.write("ERROR one\nfine\nFATAL two\nERROR half a li")
    assert await matches() == 2
    with path.open("a") as file:
        file.write("ne\n")
    assert await matches() == 1, "a line is counted when it is whole, and once"
    assert await matches() == 0
    path.rename(tmp_path / "app.log.1")
    path.write_text("ERROR after rotation\n")
    assert await matches() == 1
    path.write_text("")
    assert await matches() == 0
    with path.open("a") as file:
        file.write("ERROR after truncation\n")
    assert await matches() == 1
    values = (await asked("log", hands, path=str(path), match="ERROR")).values
    assert 0 <= values["last_match_age"] < 60


async def test_a_whole_file_counted_each_time(tmp_path):
    path = tmp_path / "actions.md"
    path.write_text("| 1 | open |\n| 2 | DONE |\n| 3 | open |\n")
    for _ in range(2):
        assert (await asked("log", path=str(path), match=r"^\|(?!.*DONE)", read="whole")).values["count"] == 2


async def test_a_heartbeat_that_is_missed(tmp_path):
    path = tmp_path / "beat"
    options = {"path": str(path), "period": "5m", "grace": "2m"}
    values = (await asked("heartbeat", **options)).values
    assert values == {"error": "none", "started": False}, "late cannot be told of what never began"
    path.touch()
    for minutes, late, missed in ((1, False, 0), (6.5, False, 0), (7.5, True, 1), (13, True, 2)):
        os.utime(path, (time.time() - 60 * minutes,) * 2)
        values = (await asked("heartbeat", **options)).values
        assert (values["late"], values["missed"]) == (late, missed)


# -- systemd


async def test_units_of_a_stand_in(tmp_path):
    program(tmp_path, "cat <<END\nId=a.service\nLoadState=loaded\nActiveState=active\nSubState=running\nNRestarts=3\n\n"
                      "Id=b.service\nLoadState=loaded\nActiveState=failed\nResult=exit-code\nEND", "systemctl")
    hands = Hands(timeout=LIMIT, body_limit=10_000, interval=1, path=(str(tmp_path),))
    reading = await asked("systemd", hands, units=["a", "b"])
    assert reading.parts == {
        "a": {"error": "none", "load": "loaded", "active": "active", "sub": "running", "restarts": 3},
        "b": {"error": "none", "load": "loaded", "active": "failed", "result": "exit-code"},
    }
    reading = await asked("systemd", hands, units=["a", "b", "c"])
    assert reading.values == {"error": "unavailable"}, "units that cannot be told apart are not told"


async def test_without_systemd_nothing_can_be_told(tmp_path, monkeypatch):
    program(tmp_path, "echo 'System has not been booted with systemd as init system (PID 1).' >&2; exit 1", "systemctl")
    hands = Hands(timeout=LIMIT, body_limit=10_000, interval=1, path=(str(tmp_path),))
    assert (await asked("systemd", hands, units=["a"])).values == {"error": "unavailable"}
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert (await asked("systemd", units=["a"])).values == {"error": "unavailable"}


# -- sqlite


@pytest.fixture
def database(tmp_path) -> Path:
    path = tmp_path / "memory#1.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (a INTEGER, b TEXT)")
        connection.executemany("INSERT INTO t VALUES (?, ?)", [(n, f"row {n}" * 20) for n in range(5000)])
        connection.execute("CREATE INDEX i ON t (b)")
    connection.close()
    return path


async def test_a_row_is_the_answer(database):
    reading = await asked("sqlite", path=str(database), sql="SELECT COUNT(*) AS n, AVG(a) AS ms, NULL AS gone FROM t",
                          pragma=["journal_mode"])
    assert (reading.values["error"], reading.values["n"], reading.values["gone"]) == ("none", 5000, None)
    assert reading.values["journal_mode"] == "delete"
    probe = Probe(id="p", kind="sqlite", unit={"ms": "ms"}, options={"path": "x", "sql": "SELECT AVG(a) AS ms"})
    assert in_bases(probe, reading.values)["ms"] == pytest.approx(2.4995)


async def test_several_rows_are_parts(database):
    reading = await asked("sqlite", path=str(database), sql="SELECT a AS name, a * 2 AS s FROM t WHERE a < 3")
    assert reading.parts == {"0": {"name": 0, "s": 0}, "1": {"name": 1, "s": 2}, "2": {"name": 2, "s": 4}}


async def test_a_sound_database_and_a_damaged_index(database):
    assert (await asked("sqlite", path=str(database), check="integrity")).values["result"] == "ok"
    with sqlite3.connect(database) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'i'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with database.open("r+b") as file:  # the index's root is an interior page: break one of its child pointers
        file.seek((page - 1) * size + 8)
        file.write(b"\0\0\0\1")
    values = (await asked("sqlite", path=str(database), check="integrity")).values
    assert values.get("result", "not ok") != "ok"
    assert values["error"] in ("none", "not_a_database")


async def test_a_missing_database_is_an_error_and_stays_missing(tmp_path):
    path = tmp_path / "gone.db"
    assert (await asked("sqlite", path=str(path), check="integrity")).values == {"error": "missing"}
    assert not path.exists()


async def test_what_is_no_database(tmp_path):
    path = tmp_path / "x.db"
    path.write_text("not a database at all, but long enough to have a header of its own " * 20)
    assert (await asked("sqlite", path=str(path), check="integrity")).values["error"] == "not_a_database"


@pytest.mark.parametrize("sql", ["DELETE FROM t", "CREATE TABLE x (y)", "SELEC 1", "SELECT nope FROM t"])
async def test_nothing_is_ever_changed(database, sql):
    before = database.read_bytes()
    values = (await asked("sqlite", path=str(database), sql=sql)).values
    assert values["error"] == "sql"
    assert database.read_bytes() == before


@pytest.mark.parametrize("sql", ["ATTACH '{new}' AS other", "VACUUM INTO '{new}'", "SELECT zeroblob(900000000) AS x"])
async def test_a_question_makes_no_file_and_no_text_without_end(database, tmp_path, sql):
    new = tmp_path / "new.db"
    values = (await asked("sqlite", path=str(database), sql=sql.format(new=new))).values
    assert values["error"] == "sql"
    assert not new.exists()


async def test_a_pragma_that_would_write_is_none(database):
    values = (await asked("sqlite", path=str(database), sql="SELECT 1 AS x", pragma=["journal_mode=wal"])).values
    assert values["error"] == "sql"


async def test_a_locked_database(database):
    holder = sqlite3.connect(database)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        values = (await asked("sqlite", path=str(database), sql="SELECT COUNT(*) AS n FROM t")).values
    finally:
        holder.rollback()
        holder.close()
    assert values["error"] == "locked"
    assert "n" not in values


async def test_a_question_that_never_ends_is_ended(database):
    hands = Hands(timeout=0.3, body_limit=1, interval=1)
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT MAX(x) AS n FROM c"
    probe = Probe(id="p", kind="sqlite", options={"path": str(database), "sql": endless})
    reading = await way_to_ask("sqlite")(options_of(probe), hands)
    assert reading.values["error"] == "timeout"
    assert reading.values["elapsed"] < 30


# -- of other lamps


@pytest.mark.parametrize(("lamps", "found"), [
    ({"a": ("OK", 0), "b": ("OK", 0)}, {"bad": 0, "total": 2, "unknown": 0, "worst": 5}),
    ({"a": ("CRIT", 1), "b": ("WARN", 3), "c": ("CRIT", 1)}, {"bad": 2, "total": 2, "unknown": 0, "worst": 1}),
    ({"a": ("CRIT", 1), "b": ("BLOCKED", 0)}, {"bad": 2, "total": 2, "unknown": 0, "worst": 1}),
    ({"a": ("OK", 0), "b": ("STALE", 0)}, {"bad": 0, "total": 2, "unknown": 1, "worst": 5, "error": "parts"}),
    ({"hb-1": ("OK", 0), "hb-2/x": ("HIGH", 2)}, {"bad": 1, "total": 2, "unknown": 0, "worst": 2}),
])
async def test_lamps_taken_together(lamps, found):
    hands = Hands(timeout=LIMIT, body_limit=1, interval=1, lamps=lambda: lamps)
    assert (await asked("composite", hands, of=["a", "b", "hb-*"])).values == found


async def test_the_poller_itself():
    hands = Hands(timeout=LIMIT, body_limit=1, interval=1, vitals=lambda: {"loop_lag": 0.01})
    assert (await asked("self", hands)).values == {"loop_lag": 0.01}


