"""Shown before a step runs or is stopped: what it reaches, whom it kills, an edit for one run, its processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.desks import a_desk, done
from support.onscreen import on_screen
from support.waiting import wait_until

from handrail.incident.incident import Incident
from handrail.killing import program
from handrail.runs.tree import tree

KUBE = """apiVersion: v1
current-context: {context}
contexts:
- name: prod
  context: {{cluster: prod}}
- name: dev
  context: {{cluster: dev}}
clusters:
- name: prod
  cluster: {{server: "https://10.0.0.1:6443"}}
- name: dev
  cluster: {{server: "https://10.0.0.2:6443"}}
"""
RUNBOOK = """# Ops

## Contain

Look at the pods:

```sh
kubectl get pods
```

Look at the nodes:

```sh
kubectl get nodes
```

Stop the workers:

```sh
pkill -f MARK
```

Restart web-1:

```sh
touch restarted-web-1
```

Check web-1:

```sh
ls restarted-web-1
```

Count for long:

```sh
(trap '' INT; sleep 59) | cat
```
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch):
    """A desk whose home holds a kubeconfig, and a `kubectl` that tells where it was called."""
    home = tmp_path / "home"
    (home / ".kube").mkdir(parents=True)
    (home / "bin").mkdir()
    (home / ".kube/config").write_text(KUBE.format(context="prod"))
    (home / "bin/kubectl").write_text("#!/bin/sh\ngrep current-context $HOME/.kube/config\n")
    (home / "bin/kubectl").chmod(0o755)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f"{home}/bin:{os.environ['PATH']}")
    mark = f"decoy-{os.getpid()}-{tmp_path.name[-6:]}"
    with a_desk(tmp_path, RUNBOOK.replace("MARK", mark)) as desk:
        desk.mark = mark
        desk.home = home
        yield desk


def switch(desk, context: str) -> None:
    (desk.home / ".kube/config").write_text(KUBE.format(context=context))


# -- what it reaches


async def test_a_changed_context_holds_the_step_until_it_is_accepted(desk):
    record = desk.open()
    desk.operator.start_polling()
    async with on_screen(desk, record) as console:
        await console.goes_to(desk.key(record, "Look at the pods"))
        await console.shows("kube context prod")
        await console.press("enter")
        await console.shows("current-context: prod")
        await console.goes_to(desk.key(record, "Look at the nodes"))
        switch(desk, "dev")
        await console.shows("HELD, kube is not what it was")
        await console.press("enter")
        asked = await console.shows("would reach something else")
        assert "context prod" in asked and "context dev" in asked
        await console.press("escape")
        await console.shows("Left undone")
        assert desk.operator.watcher.incident(record.id).item(desk.key(record, "Look at the nodes")).attempts == ()
        await console.press("enter")
        await console.shows("would reach something else")
        await console.press("y")
        await console.shows("Pinned as it is now")
        await console.press("enter")
        await console.shows("current-context: dev")
    pinned = [event for event in desk.operator.watcher.incident(record.id).events if event.kind == "target_pinned"]
    assert [(event.data["old"][:12], event.data["new"][:12], event.actor.name) for event in pinned] == [
        ("", "context prod", "kim"), ("context prod", "context dev,", "kim")]


def test_under_the_lock_the_target_counts_and_not_what_was_seen_of_it(desk):
    """The file changes between the look and the key: the step does not start."""
    record = desk.open()
    desk.run(record, "Look at the pods")
    record = desk.operator.watcher.incident(record.id)
    key = desk.key(record, "Look at the nodes")
    consent = desk.consent(record, key)
    switch(desk, "dev")
    answer = desk.operator.start_step(record.id, key, consent).result(30)
    assert not isinstance(answer, Incident)
    assert answer.code == "target-changed"
    switch(desk, "prod")
    done(desk.operator.start_step(record.id, key, consent))
    started = [event for event in desk.operator.watcher.incident(record.id).events if event.kind == "step_started"]
    assert "context prod" in started[-1].data["targets"]["kube"]


# -- whom it kills


async def test_before_pkill_its_victims_are_named_and_the_console_is_spared(desk):
    record = desk.open()
    desk.operator.start_polling()
    victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(90)", desk.mark])
    console_like = desk.home / "handrail"
    console_like.write_text("import time\ntime.sleep(90)\n")
    ours = subprocess.Popen([sys.executable, str(console_like), desk.mark])
    try:
        for each in (victim, ours):
            wait_until(lambda each=each: desk.mark in program.arguments_of(each.pid))
        async with on_screen(desk, record) as console:
            await console.goes_to(desk.key(record, "Stop the workers"))
            await console.shows("spares Handrail itself")
            await console.press("enter")
            asked = await console.shows("would kill 1 process now")
            assert str(victim.pid) in asked and "of Handrail itself" in asked
            assert f" {ours.pid} " not in asked
            await console.type(desk.operator.prepared(desk.operator.watcher.incident(record.id),
                                                      desk.key(record, "Stop the workers")).word)
            await console.press("enter")
            await console.shows("handrail: spared")
        assert victim.wait(20) == -15
        assert ours.poll() is None
    finally:
        for each in (victim, ours):
            each.kill()
            each.wait()


# -- an edit for one run


async def test_an_edit_is_classed_anew_asked_anew_and_holds_for_one_run(desk):
    record = desk.open()
    desk.operator.start_polling()
    key = desk.key(record, "Check web-1")
    async with on_screen(desk, record) as console:
        await console.goes_to(key)
        await console.press("e")
        await console.shows("for its next run only")
        await console.press(*["backspace"] * len("ls restarted-web-1"))
        await console.type("rm restarted-web-1")
        await console.press("enter")
        await console.shows("edited by kim for this run")
        assert "DESTROYS" in console.text()
        await console.press("enter")
        asked = await console.shows("type restarted-web-1 and enter")
        assert "rm restarted-web-1" in asked
        await console.type("restarted-web-1")
        await console.press("enter")
        await console.shows("failed, exit 1")
        prepared = desk.operator.prepared(desk.operator.watcher.incident(record.id), key)
        assert prepared.command == "ls restarted-web-1", "the next run is the runbook's own again"
    attempt = desk.operator.watcher.incident(record.id).item(key).last
    assert (attempt.command, attempt.original) == ("rm restarted-web-1", "ls restarted-web-1")


async def test_the_same_replacement_is_offered_in_the_remaining_steps(desk):
    record = desk.open()
    desk.operator.start_polling()
    async with on_screen(desk, record) as console:
        await console.goes_to(desk.key(record, "Restart web-1"))
        await console.press("e")
        await console.shows("for its next run only")
        await console.press("backspace")
        await console.type("2")
        await console.press("enter")
        asked = await console.shows("SAME CHANGE")
        assert "restarted-web-1 becomes restarted-web-2 in 1 remaining step\n  step 5;" in asked
        await console.press("y")
        await console.shows("stands for restarted-web-1 here from now on")
        await console.goes_to(desk.key(record, "Check web-1"))
        await console.shows("$ ls restarted-web-2")
        await console.shows("by kim for this incident")
    assert "ls restarted-web-1" in desk.runbook.read_text()


async def test_an_edit_that_changes_nothing_is_no_edit(desk):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await console.goes_to(desk.key(record, "Check web-1"))
        await console.press("e")
        await console.shows("for its next run only")
        await console.press("enter")
        await console.shows("Nothing was changed.")
    assert desk.operator.watcher.incident(record.id).edits == ()


# -- stopping


async def test_x_shows_the_processes_and_the_second_press_ends_them_by_the_ladder(desk):
    record = desk.open()
    desk.operator.start_polling()
    attempt = desk.start(record, "Count for long")
    files = desk.operator.watcher.run(record.id, attempt.run)
    wait_until(lambda: {"sleep", "cat"} <= {process.name for process in tree(files)}, 30)
    async with on_screen(desk, record) as console:
        await console.goes_to(desk.key(record, "Count for long"))
        await console.press("x")
        await console.shows(lambda text: all(said in text for said in (
            "sleep 59", "waits for the clock", "waits for a pipe", "waits for its child", "TERM after 3s")))
        await console.press("escape")
        await console.shows(lambda text: "TERM after" not in text)
        assert files.state().word == "running", "the first press stops nothing"
        await console.press("x")
        await console.shows("sleep 59")
        await console.press("x")
        await console.shows("is being stopped by kim: INT sent, TERM in")
        await console.shows("by kim")
        await console.shows("stopped after")
    assert desk.operator.watcher.incident(record.id).item(desk.key(record, "Count for long")).word == "stopped"
    assert tree(files) == ()


async def test_x_on_what_ends_meanwhile_stops_nothing(desk):
    record = desk.open()
    desk.operator.start_polling()
    attempt = desk.start(record, "Count for long")
    files = desk.operator.watcher.run(record.id, attempt.run)
    wait_until(lambda: {"sleep", "cat"} <= {process.name for process in tree(files)}, 30)
    async with on_screen(desk, record) as console:
        await console.goes_to(desk.key(record, "Count for long"))
        await console.press("x")
        await console.shows("sleep 59")
        for process in tree(files):
            if process.name == "sleep":
                os.kill(process.pid, 9)
        await console.shows("It has ended by itself meanwhile")
