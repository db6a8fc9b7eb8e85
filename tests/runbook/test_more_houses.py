"""More ways of writing runbooks: other numberings, tabs, quotes, tables of commands, prompts in prose, Org."""

from __future__ import annotations

from textwrap import dedent

import pytest

from handrail.runbook.model import Item, Runbook
from handrail.runbook.reader import read


def book(text: str) -> Runbook:
    return read(dedent(text).lstrip("\n"), "mill.md")


def steps(text: str) -> list[tuple[str, str]]:
    """What would be done: title and command, "" for what a person does."""
    return [(item.title, item.command) for item in book(text).items
            if item.kind in ("command", "http", "manual", "decision")]


def running(text: str) -> list[Item]:
    return [item for item in book(text).items if item.runs]


def test_each_command_of_a_sentence_is_a_step_with_its_own_title() -> None:
    assert steps("""
        ## Do

        Scale the wheels: `kubectl scale sts/wheel --replicas=3` and watch with `kubectl get pods -w`.

        ## Rollback

        `consul kv put mill/wheel old`
        `systemctl reload mill`
    """) == [
        ("Scale the wheels", "kubectl scale sts/wheel --replicas=3"),
        ("watch", "kubectl get pods -w"),
        ("consul kv put mill/wheel old", "consul kv put mill/wheel old"),
        ("systemctl reload mill", "systemctl reload mill"),
    ]


def test_a_command_alone_in_a_quote_is_a_step_and_a_remark_is_none() -> None:
    made = book("""
        ## Stop

        > `sudo systemctl stop mill`

        > miller$ sudo systemctl mask mill
        > Created symlink /etc/systemd/system/mill.service

        > The wheel turns on for a minute, see `systemctl status mill` for that.
    """)
    assert [item.command for item in made.items if item.runs] == [
        "sudo systemctl stop mill", "sudo systemctl mask mill"]


def test_lines_at_a_prompt_outside_a_fence_were_typed() -> None:
    found = running("""
        ## Restart

        mill@weir:~$ sudo systemctl restart mill

        PS C:\\mill> Restart-Service mill
    """)
    assert [(item.command, item.language) for item in found] == [
        ("sudo systemctl restart mill", ""), ("Restart-Service mill", "powershell")]


def test_letters_and_outlines_number_lists_too() -> None:
    assert [title for title, _ in steps("""
        ## Stop

        1) Close the gate:

           a. turn the crank

              ```
              systemctl stop gate
              ```

           b. wait 5 minutes
           c. check again

        2.a) Drain the pond
        2.a.ii) Call the miller
    """)] == ["turn the crank", "wait 5 minutes", "check again", "Drain the pond", "Call the miller"]


@pytest.mark.parametrize("text", [
    "## Stop\n\na. Miller is the one who knows the wheel, and nobody else does.\n",
    "## Stop\n\n```\na) drain\nb) fill\n```\n",
])
def test_one_letter_or_letters_in_a_fence_are_no_list(text: str) -> None:
    assert [item.kind for item in book(text).items if item.kind == "manual"] == []


def test_tabs_with_one_command_each_are_a_choice() -> None:
    first, second = running("""
        ## Look

        === "AWS"

            ```bash
            aws sqs list-queues
            ```

        === "GCP"

            ```bash
            gcloud pubsub topics list
            ```
    """)
    assert (first.title, second.title) == ("AWS", "GCP")
    assert first.options == second.options == first.id


def test_tabs_with_several_commands_are_left_in_order() -> None:
    assert [item.options for item in running("""
        ## Look

        === "A"

            ```bash
            ls /a

            df /a
            ```

        === "B"

            ```bash
            ls /b
            ```
    """)] == ["", "", ""]


def test_a_numbered_table_of_commands_is_steps_in_its_order() -> None:
    made = book("""
        ## Fail over

        | # | What | Command | Expected |
        |---|------|---------|----------|
        | 1 | Point to the new wheel | `consul kv put mill/wheel new` | `Success` |
        | 2 | Tell the miller | | |
        | 3 | Count | `wc -l /srv/mill/sacks \\| sort` | 12 |
    """).items
    assert [(item.kind, item.title, item.command, item.lines) for item in made] == [
        ("command", "Point to the new wheel", "consul kv put mill/wheel new", (5, 5)),
        ("manual", "Tell the miller", "", (6, 6)),
        ("command", "Count", "wc -l /srv/mill/sacks | sort", (7, 7)),
    ]
    assert made[0].expected is not None and made[0].expected.value == "Success"


def test_a_table_of_useful_commands_is_looked_up() -> None:
    made = book("## Commands\n\n| Command | Use |\n|---|---|\n| `ls /srv` | what there is |\n| `df -h` | room |\n")
    assert [item.kind for item in made.items] == ["reference"]


def test_a_message_behind_a_command_is_a_message_and_no_output() -> None:
    made = book("""
        ## Stop

        ```sh
        systemctl stop mill
        ```

        Then send a mail to all@mill.example:

            Subject: The mill stands
            We stopped it at HH:MM for <reason>.
    """)
    stop = next(item for item in made.items if item.runs)
    assert stop.expected is None
    assert [item.kind for item in made.items] == ["command", "manual", "template"]


def test_what_a_document_calls_a_program_is_one() -> None:
    listed = "1. List them\n\n   ```\n   millctl wheels list\n   ```\n"
    assert [item.command for item in running(f"## Before\n\n- The `millctl` CLI\n\n## Look\n\n{listed}")] == [
        "millctl wheels list"]
    assert running(f"## Look\n\n{listed}") == [], "without a word about it nobody knows"


def test_org_is_read_as_what_it_means() -> None:
    made = book("""
        * The weir is full
        ** TODO Find out why
        #+BEGIN_SRC sh
        du -xh /var
        #+END_SRC
        ** Verify
        : df -h /var
    """)
    assert [(item.section[-1], item.command) for item in made.items] == [
        ("Find out why", "du -xh /var"), ("Verify", "df -h /var")]


# --- what belongs inside an opened shell


def test_what_follows_logging_in_with_code_in_a_sentence_belongs_there() -> None:
    made = running("""
        ## Renew

        1. Log in to the bastion: `ssh ops@bastion`
        2. Look at the dust

           ```
           ls -l /srv/dust
           ```

        3. `exit`
        4. Deploy

           ```
           ansible-playbook mill.yml
           ```
    """)
    login, look, deploy = made
    assert (login.inside, look.inside, deploy.inside) == (None, login.id, None)


def test_a_section_that_is_there_only_to_connect_reaches_over_those_beside_it() -> None:
    made = running("""
        ## Repair

        ### 1. Connect to the host

        ```sh
        ssh mill-1
        ```

        ### 2. Restart

        ```sh
        systemctl restart mill
        ```

        ### 3. Back on your machine

        Back on your laptop:

        ```sh
        kubectl get pods
        ```

        ## Other

        ```sh
        uptime
        ```
    """)
    assert [item.inside for item in made] == [None, made[0].id, None, None]


def test_a_statement_at_the_prompt_of_a_client_is_never_for_a_shell_here() -> None:
    first, second = running("## Look\n\n```\ncache-0:6379> FLUSHALL\ncache-0:6379> INFO memory\n```\n")
    assert (first.command, first.risk, second.risk) == ("FLUSHALL", "destructive", "read")
    assert first.inside and second.inside


def test_an_opener_without_a_prompt_over_statements_is_not_lost() -> None:
    opener, statement = running("## Look\n\n```\nredis-cli -h cache-0\ncache-0:6379> INFO memory\n```\n")
    assert (opener.command, statement.inside) == ("redis-cli -h cache-0", opener.id)


# --- rules of the house


def test_a_ladder_in_plain_lines_or_a_list_is_found() -> None:
    lines = ["0-15 min: on-call", "15-30 min: team lead", "30+ min: the miller"]
    for text in ("\n".join(lines), "\n".join(f"- {line}" for line in lines)):
        (ladder,) = book(f"# Mill\n\n## Escalation\n\n{text}\n").policy["escalation"]
        assert ladder["steps"] == [
            {"after": "0-15 min", "who": "on-call"}, {"after": "15-30 min", "who": "team lead"},
            {"after": "30+ min", "who": "the miller"}]
        assert ladder["lines"] == [5, 7]


def test_how_often_to_tell_people_is_found_in_sentences_too() -> None:
    policy = book("""
        # Mill

        ## During

        1. Post updates every 10 minutes until the wheel turns
        2. Update the status page every 15 minutes during P1.

        The wheel is oiled every 5 minutes. Guests want an update every 2 minutes, which is too often.
    """).policy
    assert policy["cadence"] == [
        {"level": "", "every": "10 minutes", "lines": [5, 5]}, {"level": "P1", "every": "15 minutes", "lines": [6, 6]}]


def test_remarks_between_colons_are_remarks_and_no_steps() -> None:
    made = book("""
        ## Free room

        :::caution
        `rm -rf /srv/dust` frees room but the dust is gone!
        :::

        `rm -rf /srv/dust` deletes all of it.

        1. `ls /srv/dust`
    """)
    assert [item.command for item in made.items if item.runs] == ["ls /srv/dust"]


def test_a_question_with_its_command_is_that_command() -> None:
    assert steps("""
        ## Look

        - [ ] Are there sacks? `ls /srv/sacks`
        - [ ] More than ten? (`ls /srv/sacks | wc -l`)
    """) == [("Are there sacks?", "ls /srv/sacks"), ("More than ten?", "ls /srv/sacks | wc -l")]


def test_what_a_command_in_a_sentence_should_say_is_expected() -> None:
    (item,) = running("## Check\n\nThen confirm: `ls /srv/sacks | wc -l` should be **3**.\n")
    assert item.expected is not None
    assert (item.expected.kind, item.expected.value) == ("text", "3")


def test_a_source_block_of_asciidoc_is_a_fence() -> None:
    assert [(item.command, item.language) for item in running("""
        == Roll back

        [source,bash]
        ----
        helm rollback mill 0
        ----

        The wheel stands still.
    """)] == [("helm rollback mill 0", "bash")]


def test_a_message_with_blanks_in_a_quote_is_a_template() -> None:
    made = book("## Comms\n\n> The mill stands since {{start}}. Next update in 15 minutes.\n")
    assert [(item.kind, [blank.name for blank in item.placeholders]) for item in made.items] == [
        ("template", ["start"])]
