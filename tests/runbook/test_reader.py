"""A runbook as people write it becomes the checklist that somebody on call would have written by hand."""

from __future__ import annotations

from textwrap import dedent

import pytest

from handrail.runbook.model import Item, Runbook
from handrail.runbook.reader import as_json, read


def book(text: str) -> Runbook:
    return read(dedent(text).lstrip("\n"), "mill.md")


def steps(text: str) -> list[Item]:
    return [item for item in book(text).items if item.runs]


def kinds(text: str) -> list[str]:
    return [item.kind for item in book(text).items]


def titles(text: str) -> list[str]:
    return [item.title for item in book(text).items]


# --- fences of commands


def test_a_kill_switch_is_three_steps_with_titles_risks_and_an_expectation() -> None:
    made = book("""
        # Mill runbook

        ## Stop the mill

        ```bash
        # Step 1: Stop the water
        curl -s -X POST http://localhost:9000/api/water/stop

        # Step 2: Revoke the miller's key
        curl -s -X POST http://localhost:9000/api/keys/revoke

        # Step 3: Verify that it stands still
        curl -s http://localhost:9000/api/wheel
        # Expected: {"turning": false, "speed": 0}
        ```
    """)
    first, second, third = (item for item in made.items if item.runs)
    assert [item.title for item in (first, second, third)] == [
        "Stop the water", "Revoke the miller's key", "Verify that it stands still",
    ]
    assert [item.risk for item in (first, second, third)] == ["change", "destructive", "read"]
    assert first.command == "curl -s -X POST http://localhost:9000/api/water/stop"
    assert first.section == ("Mill runbook", "Stop the mill")
    assert first.lines == (6, 7)
    assert third.expected is not None
    assert (third.expected.kind, third.expected.lines) == ("json", (14, 14))
    assert third.expected.value == '{"turning": false, "speed": 0}'


def test_blank_lines_and_comments_part_steps_but_not_inside_shell() -> None:
    made = steps("""
        ```bash
        # Look at every sack
        for sack in oats rye; do
          # weigh it

          weigh "$sack" --list
        done
        cat <<EOF > report.txt
        # not a comment

        the end
        EOF

        # Look at the roof
        ls /roof \\
          -la
        ```
    """)
    assert [item.title for item in made] == ["Look at every sack", "Look at the roof"]
    assert "# not a comment\n\nthe end" in made[0].command
    assert made[1].command == "ls /roof \\\n  -la"


def test_without_comments_each_command_is_a_step() -> None:
    made = steps("```\nkubectl get pods\nkubectl get nodes\n```\n")
    assert [item.command for item in made] == ["kubectl get pods", "kubectl get nodes"]


def test_a_script_is_one_step_but_its_options_are_a_choice() -> None:
    script = "```bash\n#!/bin/bash\n# Check the mill\ndate\n\n# and the weir\ndf -h\n```\n"
    (one,) = steps(script)
    assert one.title == "Check the mill"
    first, second = steps("""
        ```bash
        # Option 1: Grease it
        systemctl restart mill

        # Option 2: Tear it down
        rm -rf /srv/mill
        ```
    """)
    assert first.options == second.options == first.id
    assert [first.risk, second.risk] == ["change", "destructive"]


def test_comments_without_a_command_are_done_by_hand() -> None:
    text = """
        ```bash
        # Restart the mill
        systemctl restart mill

        # Call the miller at home

        # If nobody answers: ring the bell
        # (the rope hangs behind the door)
        ```
    """
    assert kinds(text) == ["command", "manual", "decision"]
    assert titles(text)[1] == "Call the miller at home"


def test_what_stands_indented_under_a_command_without_backslash_goes_on_with_it() -> None:
    (one,) = steps("```bash\nkubectl logs mill-1\n  --all-containers=true | grep wheel\n```\n")
    assert one.command == "kubectl logs mill-1 --all-containers=true | grep wheel"


# --- transcripts


def test_prompts_are_stripped_and_the_rest_is_output() -> None:
    made = book("""
        ```console
        $ kubectl get pods
        NAME     READY
        mill-1   1/1
        $ echo "$HOME"
        /home/miller
        ```
    """)
    assert [item.kind for item in made.items] == ["command", "expected-output", "command", "expected-output"]
    assert made.items[0].command == "kubectl get pods"
    assert made.items[2].command == 'echo "$HOME"'
    assert made.items[0].expected is not None
    assert made.items[0].expected.kind == "shown"


@pytest.mark.parametrize("prompt", ["$ ", "miller@weir:~$ ", "[miller@weir mill]$ ", "sh-5.1# ", "PS C:\\mill> ", "❯ "])
def test_prompts_of_many_kinds(prompt: str) -> None:
    (one,) = steps(f"```\n{prompt}systemctl status mill\n```\n")
    assert one.command == "systemctl status mill"


def test_a_hash_is_a_prompt_only_behind_a_root_shell() -> None:
    made = steps("""
        ```shell
        # look from outside
        $ oc debug node/weir
        # lsof -n
        # Now leave
        $ exit
        ```
    """)
    assert [item.command for item in made] == ["oc debug node/weir", "lsof -n", "exit"]
    assert made[1].inside == made[0].id
    (alone,) = steps("```console\n# systemctl reboot\n```\n")
    assert (alone.command, alone.risk) == ("systemctl reboot", "destructive")


def test_what_follows_an_opened_shell_belongs_inside_it_until_its_exit() -> None:
    made = steps("""
        ## Look inside

        1. Go in:
           ```bash
           kubectl exec -it mill-0 -- psql
           ```
        2. Look:
           ```
           select * from sacks;
           ```
        3. Look at the outside again:
           ```bash
           kubectl get pods
           ```

        ## Later

        ```bash
        df -h
        ```
    """)
    opened, inner, outside, later = made
    assert opened.interactive
    assert (inner.inside, inner.risk) == (opened.id, "read")
    assert outside.inside is None
    assert later.inside is None


# --- what fences are not


@pytest.mark.parametrize(
    ("fence", "kind"),
    [
        ("```yaml\nkind: Pod\n```", "reference"),
        ("```promql\nsum(rate(sacks_total[5m]))\n```", "reference"),
        ("```bash\nsum by (mill) (rate(sacks_total[5m])) > 3\n```", "reference"),
        ("```console\nI0611 11:13:35.048771 1 log.go:245] wheel turns\n```", "expected-output"),
        ("```\n0 3 * * * /usr/bin/grease\n```", "reference"),
        ("```\nDoes it turn?\n├─ YES → go home\n└─ NO → look at the weir\n```", "decision"),
        ("```\nSubject: [TITLE]\nMill: [NAME]\nStatus: [Stopped/Turning]\n```", "template"),
        ("```python\nprint('mill')\n```", "reference"),
    ],
)
def test_fences_that_do_not_run(fence: str, kind: str) -> None:
    assert kinds(f"## Steps\n\n{fence}\n") == [kind]


def test_a_fence_after_a_command_is_what_it_gives() -> None:
    made = book("""
        ## Look

        ```bash
        curl http://localhost/wheel
        ```

        The output should look like this:

        ```json
        {"turning": true}
        ```
    """)
    assert [item.kind for item in made.items] == ["command", "expected-output"]
    assert made.items[0].expected is not None
    assert made.items[0].expected.kind == "shown"  # an example is not a promise


@pytest.mark.parametrize(
    ("said", "kind", "value"),
    [
        ("connection refused (mill stopped)", "failure", "connection refused"),
        (">= 0.95", "number", ">= 0.95"),
        ("less than 5 sacks", "number", "< 5"),
        ("HTTP 204", "status", "204"),
        ("exit code 1", "exit", "1"),
        ("active", "text", "active"),
        ("the wheel turns slowly", "shown", "the wheel turns slowly"),
        ("matches `^wheel [0-9]+ turns$`", "regex", "^wheel [0-9]+ turns$"),
        ("regex: /up|running/", "regex", "up|running"),
        ("matches `(a+)+$`", "shown", "matches `(a+)+$`"),  # it could take for ever
        ("matches `[`", "shown", "matches `[`"),
        ('{"turning": true, ...}', "shown", '{"turning": true, ...}'),
    ],
)
def test_expectations(said: str, kind: str, value: str) -> None:
    (one,) = steps(f"```bash\ncurl http://localhost/wheel\n# Expected: {said}\n```\n")
    assert one.expected is not None
    assert (one.expected.kind, one.expected.value) == (kind, value)


def test_a_sentence_behind_a_command_says_what_to_expect() -> None:
    (one,) = steps("## Check\n\n```bash\nsystemctl is-active mill\n```\n\nThe output should be `active`.\n")
    assert one.expected is not None
    assert (one.expected.kind, one.expected.value) == ("text", "active")


def test_an_expected_json_may_stand_in_several_comments() -> None:
    (one,) = steps("""
        ```bash
        curl http://localhost/wheel

        # Expected response:
        # {
        #   "turning": true
        # }
        ```
    """)
    assert one.expected is not None
    assert one.expected.kind == "json"
    assert one.lines == (2, 2)


# --- sentences and lists


def test_lists_sentences_and_tasks_are_steps() -> None:
    text = """
        # Mill

        ## Meaning

        This page is about the mill. Call it a day if you like.

        ## Mitigation

        1. Log in to the weir console
        2. **Open the gate** and wait
        3. Run the checks:
           - [ ] Water flows?
           - Close the door

        Ask the miller if old sacks can go.

        - If the wheel is stuck: free it with a pole
        - The wheel turns by itself afterwards.
    """
    made = book(text)
    assert [(item.kind, item.title) for item in made.items] == [
        ("manual", "Log in to the weir console"),
        ("manual", "Open the gate and wait"),
        ("manual", "Water flows?"),
        ("manual", "Close the door"),
        ("manual", "Ask the miller if old sacks can go"),
        ("decision", "If the wheel is stuck: free it with a pole"),
    ]


def test_the_line_above_a_fence_is_its_title() -> None:
    text = """
        ## Steps

        1. Promote the second mill:
           ```bash
           pg_ctl promote -D /srv/mill
           ```
    """
    assert [(item.kind, item.title) for item in book(text).items] == [("command", "Promote the second mill")]


def test_commands_and_requests_in_a_sentence() -> None:
    made = book("""
        ## Recovery

        1. Restart the mill: `systemctl restart mill`
        2. Open the gate with `POST /api/gate/open`
        3. Verify that it turns: `GET /api/wheel`
        4. The `systemctl` command is described elsewhere.
        5. Free the wheel by hand, then start it with `systemctl start wheel`.
    """)
    found = [(item.kind, item.command or item.title, item.inline) for item in made.items]
    assert found == [
        ("command", "systemctl restart mill", True),
        ("http", "POST /api/gate/open", True),
        ("http", "GET /api/wheel", True),
        ("manual", "The systemctl command is described elsewhere", False),
        ("manual", "Free the wheel by hand", False),
        ("command", "systemctl start wheel", True),
    ]
    assert [item.risk for item in made.items if item.runs] == ["change", "change", "read", "change"]
    assert made.items[0].title == "Restart the mill"


def test_what_hangs_on_a_decision_says_so() -> None:
    made = book("""
        ## Mitigation

        - If the mill burns:
          ```bash
          systemctl stop mill
          ```
        - Close the door

        ### If the weir is dry

        ```bash
        df -h
        ```

        ## After

        ```bash
        uptime
        ```
    """)
    burns, stop, close, dry, look, after = made.items
    assert burns.choices == ("yes", "no")
    assert [item.when for item in (burns, stop, close, dry, look, after)] == [None, burns.id, None, None, dry.id, None]


def test_a_table_of_causes_is_a_question_and_other_tables_are_looked_up() -> None:
    made = book("""
        ## Response

        | Symptom | Action |
        |---|---|
        | No water | Open the weir |
        | No wind | Wait |

        | Level | Response time |
        |---|---|
        | P1 | 5 minutes |
    """)
    assert [item.kind for item in made.items] == ["decision", "reference"]
    assert made.items[0].choices == ("No water", "No wind")


def test_links_to_other_runbooks_are_kept_as_written() -> None:
    (one,) = book("## Steps\n\nFollow the steps in [the weir](../weir.md#open) and [more][m].\n\n[m]: more.md\n").items
    assert one.kind == "reference"
    assert [(link.text, link.target) for link in one.links] == [("the weir", "../weir.md#open"), ("more", "more.md")]


# --- sections, minutes, rules of the house


def test_minutes_are_the_upper_bound_and_belong_to_the_section_they_stand_in() -> None:
    made = book("""
        # Mill

        ## Stop it (1 min)

        ```bash
        systemctl stop mill
        ```

        ## Clean it

        1. Sweep the floor

        Estimated time: 5-8 minutes.
    """)
    assert [(section.title, section.minutes) for section in made.sections] == [
        ("Mill", None), ("Stop it (1 min)", 1), ("Clean it", 8),
    ]
    assert made.items[0].minutes == 1


def test_sections_know_their_lines() -> None:
    made = book("before\n\n# A\n\n## B\n\ntext\n\n## C\n\n# D\n")
    assert [(one.title, one.level, one.lines, one.path) for one in made.sections] == [
        ("A", 0, (1, 2), ()),
        ("A", 1, (3, 10), ("A",)),
        ("B", 2, (5, 8), ("A", "B")),
        ("C", 2, (9, 10), ("A", "C")),
        ("D", 1, (11, 12), ("D",)),
    ]


def test_rules_of_the_house_are_found_with_their_lines() -> None:
    policy = book("""
        # Mill

        ## Severity levels

        | Severity | Impact | Response time |
        |---|---|---|
        | SEV1 | No flour at all | 15 min |
        | SEV2 | Little flour | 1 hour |

        ## Escalation

        | Time | Escalation |
        |---|---|
        | 15 min | The miller |

        ## Communication

        **Update frequency:**
        - SEV1: every 10 minutes

        ## Roles

        | Role | Does |
        |---|---|
        | Miller | decides |
    """).policy
    assert [(level["name"], level["response"], level["lines"]) for level in policy["severity"]] == [
        ("SEV1", "15 min", [7, 7]), ("SEV2", "1 hour", [8, 8]),
    ]
    assert policy["escalation"][0]["steps"][0]["escalation"] == "The miller"
    assert policy["cadence"][0]["every"] == "10 minutes"
    assert policy["roles"][0]["role"] == "Miller"


# --- attributes, ids, the JSON


def test_attributes_in_both_spellings() -> None:
    made = steps("""
        ```sh {"name":"grease","background":true,"odd":7}
        grease --all
        ```

        ```bash { name=turn interactive=false cwd=/srv }
        sudo turn the wheel --slowly
        ```
    """)
    assert [item.id for item in made] == ["grease", "turn"]
    assert made[0].long_running
    assert not made[1].interactive
    assert made[0].attributes["odd"] == 7
    assert made[1].attributes["cwd"] == "/srv"


def test_ids_stay_when_the_document_changes_elsewhere() -> None:
    before = book("# Mill\n\n## A\n\n```bash\nls /a\n```\n\n## B\n\n```bash\nls /b\n```\n\n```bash\nls /b\n```\n")
    new = "Hello.\n\n## New\n\n- Open it\n\n"
    after = book(f"# Mill\n\n{new}## A\n\n```bash\nls /x\n```\n\n## B\n\n```bash\nls  /b\n```\n")
    ids = {item.id for item in after.items}
    assert before.items[0].id not in ids
    assert before.items[1].id in ids
    assert before.items[2].id == before.items[1].id + "~2"
    assert len(before.items[1].id) == 12


def test_the_json_spells_blanks_and_names_them() -> None:
    printed = as_json(book("```bash\nkubectl delete pod <pod-name>\n```\n"))
    (item,) = printed["items"]
    assert item["placeholders"] == ["<pod-name>"]
    assert list(item["blanks"]) == [{"spelling": "<pod-name>", "name": "pod-name"}]
    assert {"id", "kind", "section", "lines", "risk", "risk_why", "expected", "inside", "options", "links"} <= set(item)


# --- Markdown as it comes


def test_front_matter_titles_and_crlf() -> None:
    made = read("---\r\ntitle: The mill\r\nweight: 3\r\n---\r\n\r\n## Steps\r\n\r\n```sh\r\nls\r\n```\r\n", "mill.md")
    assert made.title == "The mill"
    assert made.front_matter == {"title": "The mill", "weight": 3}
    assert made.items[0].lines == (9, 9)
    assert made.items[0].command == "ls"


def test_a_fence_that_was_never_closed_ends_before_the_next_heading() -> None:
    made = book("## A\n\n```bash\nls /a\n\n## B\n\n```bash\nls /b\n```\n")
    assert [(item.command, item.section) for item in made.items] == [("ls /a", ("A",)), ("ls /b", ("B",))]


def test_fences_inside_a_markdown_fence_are_part_of_it() -> None:
    fence = "```markdown\n# [Title]\n```bash\nrm -rf /\n```\nmore\n```"
    made = book(f"## Report template\n\n{fence}\n\n## B\n\n- Send it\n")
    assert [item.kind for item in made.items] == ["template", "manual"]


def test_admonitions_shortcodes_comments_and_details() -> None:
    made = book("""
        # Mill

        ## Steps

        !!! warning "Careful"
            If the wheel burns, you must [call for help](help.md).

        {{< tabs >}}
        <details><summary>By hand</summary>

        ```bash
        systemctl stop mill
        ```

        </details>
        <!-- rm -rf /srv
        - Do not do this -->
    """)
    assert [item.kind for item in made.items] == ["decision", "command"]


def test_what_is_behind_many_lines_is_not_lost() -> None:
    made = read("## A\n\n- Open it\n" + "\n".join(f"line {number}\n" for number in range(9000)))
    rest = made.items[-1]
    assert rest.kind == "reference"
    assert rest.lines[1] >= 18_000
    assert made.findings[0].code == "too-long"


@pytest.mark.parametrize("line", ["watch -n 1 date", "watch -n 5 kubectl get pods", "watch -n5 -d kubectl get pods",
                                  "watch --interval 5 'curl -s http://x/health'", "watch -t date"])
def test_what_is_watched_with_options_is_a_step(line: str) -> None:
    (step,) = (item for item in read(f"# Mill\n\n## Do\n\n```bash\n{line}\n```\n", "mill.md").items if item.runs)
    assert step.command == line


def test_requests_with_whole_addresses_are_no_list_of_links() -> None:
    text = "# Mill\n\n## Do\n\n1. Send `POST http://mill.example/x`\n2. Call `GET http://mill.example/`\n"
    assert [item.kind for item in read(text, "mill.md").items] == ["http", "http"]
