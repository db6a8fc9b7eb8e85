"""The practised system: every endpoint the runbook names, and state that really changes."""

import shutil

import pytest
from support.waiting import wait_until
from support.worlds import ask, refuses, shell

from handrail.drill.world import World

READS = (
    "/api/gmail/status", "/api/gmail/watch/status", "/auth/gmail/start", "/api/twilio/status", "/api/browser/status",
    "/api/browser/sessions/health", "/api/voice/status", "/api/events/trace?last=1000",
    "/api/events/trace?channel=voice&last=500", "/api/memory/snapshot", "/api/metrics/snapshot",
)


@pytest.mark.parametrize("path", READS)
def test_every_endpoint_of_the_runbook_answers(world: World, path: str) -> None:
    assert ask(world, path)[0] == 200


@pytest.mark.parametrize("path", ["/api/loops/state-dump", "/api/loops/history?since=24h"])
def test_the_loop_kernel_answers_on_its_own_port_only(world: World, path: str) -> None:
    assert ask(world, path, port=world.loops)[0] == 200
    assert ask(world, path)[0] == 404


def test_the_gmail_kill_switch_changes_what_the_status_says(world: World) -> None:
    status = "/api/gmail/status"
    well = ask(world, status)[1]
    assert (well["connected"], well["watchActive"]) == (True, True)
    ask(world, "/api/gmail/watch/stop", "POST")
    assert (ask(world, status)[1]["connected"], ask(world, status)[1]["watchActive"]) == (True, False)
    ask(world, "/api/auth/gmail/revoke", "POST")
    assert (ask(world, status)[1]["connected"], ask(world, status)[1]["watchActive"]) == (False, False)


def test_the_kill_switch_works_as_the_runbook_spells_it(world: World) -> None:
    if shutil.which("curl") is None:
        pytest.skip("this host has no curl; the stand-in has a test of its own")
    done = shell(world, f"""
        curl -s -X POST {world.url}/api/gmail/watch/stop
        curl -s -X POST {world.url}/api/auth/gmail/revoke
        curl -s {world.url}/api/gmail/status""")
    assert done.returncode == 0
    assert '"connected": false, "watchActive": false' in done.stdout


def test_gmail_comes_back_by_the_rotation_and_by_nothing_less(world: World) -> None:
    tokens = world.folder / "home" / "state" / "auth" / "gmail-tokens.json"
    ask(world, "/api/gmail/watch/stop", "POST")
    ask(world, "/api/auth/gmail/revoke", "POST")
    tokens.unlink()
    assert ask(world, "/api/gmail/watch/start", "POST")[0] == 409
    assert "/auth/gmail/consent" in ask(world, "/auth/gmail/start")[1]
    assert ask(world, "/api/gmail/status")[1]["connected"] is False
    ask(world, "/auth/gmail/consent", "POST")
    assert ask(world, "/api/gmail/status")[1]["connected"] is True
    assert tokens.exists()
    ask(world, "/api/gmail/watch/start", "POST")
    assert ask(world, "/api/gmail/watch/status")[1]["active"] is True


def test_the_twilio_kill_switch(world: World) -> None:
    ask(world, "/api/twilio/webhook/disable", "POST")
    ask(world, "/api/twilio/calls/terminate-all", "POST")
    status = ask(world, "/api/twilio/status")[1]
    assert (status["webhookEnabled"], status["activeCalls"]) == (False, 0)
    ask(world, "/api/twilio/webhook/enable", "POST")
    assert ask(world, "/api/twilio/status")[1]["webhookEnabled"] is True


def test_the_browser_kill_switch_ends_real_processes(world: World) -> None:
    def browser() -> tuple[int, bool]:
        status = ask(world, "/api/browser/status")[1]
        return status["activeSessions"], status["processRunning"]

    assert browser() == (3, True)
    ask(world, "/api/browser/sessions/close-all", "POST")
    assert browser() == (0, True)
    assert shell(world, 'pkill -f "chromium.*alwaysclaw-profile"').returncode == 0
    wait_until(lambda: browser() == (0, False))
    assert shell(world, "systemctl restart alwaysclaw-browser").returncode == 0
    assert browser() == (3, True)


def test_cleared_cookies_need_a_new_login(world: World) -> None:
    assert shell(world, "rm -rf state/browser/profiles/*/cookies; systemctl restart alwaysclaw-browser").returncode == 0
    assert ask(world, "/api/browser/sessions/health")[1]["healthy"] is False
    login = ask(world, "/api/browser/sessions/health")[1]["login"]
    assert "/api/browser/sessions/login" in ask(world, login)[1]
    ask(world, "/api/browser/sessions/login", "POST")
    assert ask(world, "/api/browser/sessions/health")[1]["healthy"] is True


def test_a_stopped_voice_service_is_the_gateways_502_and_no_refused_port(world: World) -> None:
    ask(world, "/api/voice/streams/terminate-all", "POST")
    assert ask(world, "/api/voice/status") == (
        200, {"running": True, "activeStreams": 0, "orphanedStreams": 0})
    shell(world, "systemctl stop alwaysclaw-voice")
    status, body = ask(world, "/api/voice/status")
    assert (status, body["error"]) == (502, "the voice service does not run")
    shell(world, "systemctl start alwaysclaw-voice")
    assert ask(world, "/api/voice/status")[0] == 200


def test_a_rotated_twilio_key_counts_after_the_restart(world: World) -> None:
    world.inject("twilio-signature")
    assert ask(world, "/api/twilio/test-webhook", "POST")[0] == 403
    shell(world, "systemctl restart alwaysclaw-twilio")
    assert ask(world, "/api/twilio/test-webhook", "POST")[0] == 403
    assert shell(world, "echo new-secret | alwaysclaw config set twilio.apiKeySecret -").returncode == 0
    assert ask(world, "/api/twilio/test-webhook", "POST")[0] == 403
    shell(world, "systemctl restart alwaysclaw-twilio")
    assert ask(world, "/api/twilio/test-webhook", "POST") == (200, {"valid": True})


def test_a_stopped_gateway_refuses_and_comes_back_on_its_own_port(world: World) -> None:
    shell(world, "systemctl stop alwaysclaw-gateway")
    wait_until(lambda: refuses(world), what="a refused connection")
    assert ask(world, "/api/loops/state-dump", port=world.loops)[0] == 200
    shell(world, "systemctl start alwaysclaw-gateway")
    wait_until(lambda: not refuses(world), what="an open port")
    assert ask(world, "/api/gmail/status")[0] == 200


def test_the_trace_keeps_what_was_done_and_can_be_asked_for_less(world: World) -> None:
    ask(world, "/api/gmail/watch/stop", "POST")
    whole = ask(world, "/api/events/trace")[1]
    assert whole[-1]["type"] == "watch_stopped"
    assert len(ask(world, "/api/events/trace?last=10")[1]) == 10
    twilio = ask(world, "/api/events/trace?channel=twilio&last=500")[1]
    assert twilio and {event["channel"] for event in twilio} == {"twilio"}
    assert "watch_stopped" in (world.folder / "home/state/logs/commands.jsonl").read_text()


def test_what_is_no_endpoint_is_404_and_the_wrong_method_405(world: World) -> None:
    assert ask(world, "/api/nothing")[0] == 404
    assert ask(world, "/api/gmail/watch/stop")[0] == 405
    assert ask(world, "/api/gmail/status")[1]["watchActive"] is True
