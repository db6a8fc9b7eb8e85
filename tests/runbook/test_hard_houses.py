"""Habits of other houses that once cost a step, or offered to run what nobody meant: each in words of our own."""

from __future__ import annotations

import pytest

from handrail.runbook.model import Item
from handrail.runbook.reader import read


def items(text: str) -> list[Item]:
    return list(read(f"# Mill\n\n## Procedure\n\n{text}\n").items)


def commands(text: str) -> list[str]:
    return [item.command for item in items(text) if item.kind == "command"]


@pytest.mark.parametrize("sentence", [
    "Never run `rm -rf /srv` on the wheel.",
    "Do not use `kubectl delete ns mill` here.",
    "You must not run `reboot -f` now.",
    "Please don't run `systemctl stop wheel` by day.",
    "Check the stone, and do not run `dropdb mill` before.",
    "Don't run: `dropdb mill`",
    "- Avoid `kill -9 1`.",
])
def test_what_one_is_told_not_to_do_is_not_offered(sentence: str) -> None:
    assert commands(sentence) == []


@pytest.mark.parametrize("sentence, wanted", [
    ("If the stones do not start, run `systemctl start wheel`.", ["systemctl start wheel"]),
    ("If it does not work: `systemctl restart wheel`", ["systemctl restart wheel"]),
    ("Run `systemctl reload wheel` instead of `systemctl restart wheel`.", ["systemctl reload wheel"]),
    ("Do not wait: run `systemctl stop wheel` at once.", ["systemctl stop wheel"]),
])
def test_a_not_about_something_else_hides_nothing(sentence: str, wanted: list[str]) -> None:
    assert commands(sentence) == wanted


@pytest.mark.parametrize("before", [
    "Bad:\n\n```sh", "**Wrong:**\n\n```sh", "Don't do this:\n\n```sh", "```sh\n# DON'T", "```sh\n# WRONG",
])
def test_how_not_to_do_it_is_not_offered(before: str) -> None:
    assert commands(f"{before}\nkubectl delete ns mill\n```") == []
    assert commands("Bad weather at the mill, so:\n\n```sh\nsystemctl stop wheel\n```") == ["systemctl stop wheel"]


def test_a_loop_over_hosts_opens_no_shell() -> None:
    fence = "```sh\nfor h in a b; do ssh \"$h\" 'sudo systemctl stop wheel'; done\nkubectl get pods\n```"
    assert [item.inside for item in items(fence)] == [None, None]
    opened = items("```sh\nssh -t north 'sudo -i'\nls /srv\n```")
    assert opened[1].inside == opened[0].id


def test_statements_at_a_clients_prompt_in_plain_text_belong_in_it() -> None:
    found = [item for item in items("mysql> STOP REPLICA;\nmysql> SHOW REPLICA STATUS\\G") if item.kind == "command"]
    assert [item.command for item in found] == ["STOP REPLICA;", "SHOW REPLICA STATUS\\G"]
    assert [item.risk for item in found] == ["change", "read"]
    assert all(item.inside for item in found)
    assert commands("the wheel -> the stone\nthe stone-> the flour") == []


def test_code_at_the_prompt_of_a_language_is_typed_there_and_never_a_read() -> None:
    fence = "```\n$ rails c\nirb(main):001:0> Sack.count\n=> 12\nirb(main):002:0> Sack.old.delete_all\n$ ls /srv\n```"
    opener, counted, said, deleted, after = items(fence)
    assert (opener.command, counted.inside, counted.risk) == ("rails c", opener.id, "change")
    assert (said.kind, deleted.inside, deleted.risk) == ("expected-output", opener.id, "destructive")
    assert (after.command, after.inside) == ("ls /srv", None)
    python = items("```\n>>> sacks.clear()\n```")
    assert (python[0].risk, bool(python[0].inside)) == ("destructive", True)


def test_behind_ssh_the_prompt_of_a_shell_proves_nothing() -> None:
    found = items("```\n$ ssh north\n```\n\n```\n$ psql\nmill=# select 1;\n$ rm -rf /srv/old\n```")
    inside = [item.inside for item in found if item.kind == "command"]
    assert inside == [None, found[0].id, found[1].id, found[0].id]


def test_root_prompts_in_an_indented_block() -> None:
    fence = "Then:\n\n    # ip link show\n    # systemctl stop wheel\n"
    assert commands(fence) == ["ip link show", "systemctl stop wheel"]
    assert commands("Then:\n\n    # Notes of the miller\n    # and of his cat\n") == []


def test_a_numbered_list_in_a_fence() -> None:
    fence = "```\n1. kubectl get pods\n2. kubectl delete pod wheel-1\n3. millctl turn --slow\n```"
    assert commands(fence) == ["kubectl get pods", "kubectl delete pod wheel-1", "millctl turn --slow"]
    assert commands("```\n1. Ask the miller\n2. Stop the wheel\n```") == []


TABLE = """| # | Where | Do this | Expect |
|---|---|---|---|
| 1 | north | `systemctl is-active wheel` | active |
| 2 | south | `pg_isready -h south` -> `accepting` | |
| 3 | south | Ask the miller | a nod |
"""


def test_a_table_of_steps_in_other_words() -> None:
    first, second, third = items(TABLE)
    assert (first.title, first.command) == ("north: systemctl is-active wheel", "systemctl is-active wheel")
    assert first.expected is not None
    assert (first.expected.kind, first.expected.value) == ("text", "active")
    assert second.expected is not None
    assert (second.command, second.expected.value) == ("pg_isready -h south", "accepting")
    assert third.kind == "manual"


def test_an_expectation_stays_with_the_command_of_its_own_sentence() -> None:
    first, second = items("- `systemctl reload wheel`\n\nThen `dig +short mill.example` must return `192.0.2.7`.")
    assert first.expected is None
    assert second.expected is not None
    assert second.expected.value == "192.0.2.7"


def test_an_expectation_right_behind_the_code() -> None:
    [item] = items("`zpool status -x` — expect \"all pools are healthy\"")
    assert item.expected is not None
    assert (item.expected.kind, item.expected.value, item.title) == ("text", "all pools are healthy", "zpool status -x")


def test_conditions_and_orders_in_german_and_french() -> None:
    found = items("1. Falls der Stein steht:\n   ```sh\n   systemctl start wheel\n   ```\n2. Prévenir le meunier.\n")
    assert [item.kind for item in found] == ["decision", "command", "manual"]
    assert found[1].when == found[0].id


@pytest.mark.parametrize("command, risk", [
    ("umount -a", "change"), ("swapoff -a", "change"), ("swapon --show", "read"), ("systemctl --failed", "read"),
    ("bundle exec rake db:rollback", "destructive"), ("bundle exec rake stats", "change"), ("bundle list", "read"),
    ("robocopy C:\\a D:\\b /MIR", "destructive"), ("Restart-Computer -Force", "destructive"),
    ("Invoke-Command -ComputerName w -ScriptBlock { Restart-Computer }", "destructive"),
    ("zfs allow miller create tank", "change"), ("docker swarm ca --rotate", "change"),
    ("mv sacks /dev/null", "destructive"),
    ("systemctl isolate rescue.target", "destructive"), ("at -r 1", "destructive"), ("ifconfig eth0 up", "change"),
    ("ifconfig eth0", "read"), ("depmod -a", "change"), ("iscsiadm -m node --logout", "destructive"),
    ("echo flush_all | nc store 11211", "destructive"), ("echo stats | nc store 11211", "read"),
    ("echo 1 > /sys/block/sdb/device/delete", "destructive"),
    ('sqlite3 a.db "pragma wal_checkpoint(TRUNCATE)"', "change"),
    ('clickhouse-client -q "alter table sacks delete where 1"', "destructive"),
    ("screen -X -S mill quit", "destructive"),
    ("pg_basebackup -h north -D /srv/pg -R", "change"), ("pg_basebackup -h north -D /backup/pg", "read"),
])
def test_risks_that_were_off(command: str, risk: str) -> None:
    assert items(f"```sh\n{command}\n```")[0].risk == risk


def test_a_condition_with_its_command_in_one_sentence() -> None:
    decision, command = items("If the risk is acceptable, then `oc adm upgrade accept TO_BE_REPLACED`.")
    assert (decision.kind, command.when, command.risk) == ("decision", decision.id, "change")
    assert [blank.name for blank in command.placeholders] == ["TO_BE_REPLACED"]


def test_what_powershell_knows_by_itself_is_no_blank() -> None:
    [item] = items("```powershell\nGet-Process | Where-Object {$_.CPU -gt 90}\n```")
    assert item.placeholders == ()


def test_a_link_to_follow_is_not_the_title_of_the_fence_behind_the_list() -> None:
    text = "- Look at the dam\n- Follow [the other page](other.md#second)\n\n```sh\nsystemctl stop wheel\n```"
    look, page, command = items(text)
    assert (look.kind, page.kind, page.links[0].target) == ("manual", "reference", "other.md#second")
    assert command.command == "systemctl stop wheel"


def test_what_is_struck_out_is_not_offered() -> None:
    text = "- ~~old: `systemctl restart wheel`~~\n- new: `systemctl reload wheel`"
    assert commands(text) == ["systemctl reload wheel"]


def test_a_date_to_fill_in_is_a_blank_and_a_format_is_none() -> None:
    [item] = items("```sh\n./grind.sh --date YYYY-MM-DD\n```")
    assert [blank.spelling for blank in item.placeholders] == ["YYYY-MM-DD"]
    assert items("```sh\npsql -c \"select to_char(now(), 'YYYY-MM-DD')\"\n```")[0].placeholders == ()


def test_a_dollar_in_a_name_of_the_database_is_no_blank() -> None:
    [item] = items("```\nSQL> select status from v$instance;\n```")
    assert item.placeholders == ()


def test_a_host_behind_a_host_is_reached_from_there() -> None:
    first, second = items("Log on:\n\n```sh\nssh jump\n```\n\nFrom there:\n\n```sh\nssh wheel\n```")
    assert second.inside == first.id
    other = items("Log on:\n\n```sh\nssh north\n```\n\nLook at the other one:\n\n```sh\nssh south\n```")
    assert other[1].inside is None


def test_steps_in_lines_under_the_title_alone() -> None:
    text = "# Mill\n\nStep 1: `systemctl status wheel`\nStep 2: `systemctl start wheel`\n\n## Notes\n\nNone.\n"
    assert [item.command for item in read(text).items] == ["systemctl status wheel", "systemctl start wheel"]


def test_a_command_behind_a_bold_label() -> None:
    assert commands("**Command:** `kubectl get pods`") == ["kubectl get pods"]
    assert commands("**Alert:** `kubectl get pods` is slow") == []
