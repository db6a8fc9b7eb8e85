"""The word that must be typed before something is destroyed names what it is about."""

from __future__ import annotations

import pytest

from handrail.incident.target import FALLBACK, word_for

WORDS = [
    ("rm /home/alwaysclaw/state/auth/gmail-tokens.json", "gmail-tokens.json"),
    ("sudo rm -rf /srv/profiles/*/cookies", "cookies"),
    ("rm -rf /var/log/*", "log"),
    ("kubectl delete pod web-1 -n prod", "web-1"),
    ("kubectl -n prod delete deploy/web", "web"),
    ("systemctl stop nginx", "nginx"),
    ("docker rm -f web", "web"),
    ("ssh ops@db1 'rm -rf /data'", "db1"),
    ("reboot", "edge-3"),
    ("shutdown -h now", "edge-3"),
    ("dd if=/dev/zero of=/dev/sdb", "sdb"),
    ("psql -c 'DROP TABLE IF EXISTS users'", "users"),
    ("psql -c 'DELETE FROM audit.events WHERE id = 4'", "events"),
    ("aws ec2 terminate-instances --instance-ids i-123", "i-123"),
    ("git push origin --delete feature", "feature"),
    ('pkill -f "chromium.*alwaysclaw-profile"', "alwaysclaw-profile"),
    ("curl -s -X DELETE http://localhost:3100/api/sessions/7f3a", "7f3a"),
    ("ls -l\nrm old.txt\necho done", "old.txt"),
]


@pytest.mark.parametrize(("command", "word"), WORDS, ids=[word for _, word in WORDS])
def test_the_word_is_what_is_destroyed(command: str, word: str) -> None:
    assert word_for(command, "command", "edge-3") == word


@pytest.mark.parametrize("command", ["terraform destroy", "rm -rf $DIR"])
def test_without_an_object_it_is_a_sentence(command: str) -> None:
    assert word_for(command, "command", "edge-3") == FALLBACK


def test_a_request_is_about_the_end_of_its_path() -> None:
    assert word_for("DELETE http://127.0.0.1:3100/api/auth/gmail?x=1", "http", "edge-3") == "gmail"


ODD = ["", "((((", "rm", "rm ''", "rm \x1b[2J", "rm " + "x" * 5000, "ssh", "curl", "sudo"]


@pytest.mark.parametrize("command", ODD)
def test_anything_has_a_word_that_can_be_typed(command: str) -> None:
    word = word_for(command, "command", "edge-3")
    assert word.isprintable()
    assert 0 < len(word) <= 40
