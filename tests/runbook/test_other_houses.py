"""Ways of writing runbooks met in houses that were never read before: one rule, one test, in our own words."""

from __future__ import annotations

from textwrap import dedent

from handrail.runbook.model import Item, Runbook
from handrail.runbook.reader import read


def book(text: str) -> Runbook:
    return read(dedent(text).lstrip("\n"), "mill.md")


def only(text: str) -> Item:
    (item,) = (one for one in book(text).items if one.runs)
    return item


def test_what_stands_behind_sudo_is_a_command_whoever_wrote_it() -> None:
    item = only("## Check\n\n1. Look at the wheels\n\n   ```\n   sudo millctl wheels\n   ```\n")
    assert item.command == "sudo millctl wheels"


def test_a_root_prompt_over_a_table_was_typed() -> None:
    made = book("""
        ## Check

        ```
        # mill-ctl wheels
        +-------+---------+
        | Wheel | State   |
        +-------+---------+
        ```
    """)
    assert [item.kind for item in made.items] == ["command", "expected-output"]
    assert made.items[0].command == "mill-ctl wheels"


def test_a_page_pasted_from_a_wiki_keeps_its_commands() -> None:
    made = book("""
        State of the weir
        curl localhost:9000/gates?pretty

        Gates that hang, force them once more:
        curl -X POST "localhost:9000/gates?retry=true"

        The weir: a dam, with gates, is old.
    """)
    assert [(item.title, item.command, item.risk) for item in made.items if item.runs] == [
        ("State of the weir", "curl localhost:9000/gates?pretty", "read"),
        ("Gates that hang, force them once more", 'curl -X POST "localhost:9000/gates?retry=true"', "change"),
    ]


def test_a_list_line_that_is_a_command_is_one_and_a_requirement_is_none() -> None:
    made = book("""
        ## Restart

        1. Stop the water
        1. sudo systemctl restart mill
        1. kubectl access to the mill

        ## Prerequisites

        - kubectl access
        - docker and git, both new
    """)
    assert [item.command for item in made.items if item.runs] == ["sudo systemctl restart mill"]


def test_run_before_code_makes_it_a_step_even_for_an_unknown_program() -> None:
    item = only("## Check\n\n- On the miller's host run `millctl wheels` and wait\n")
    assert (item.command, item.inline) == ("millctl wheels", True)


def test_a_prompt_inside_inline_code_is_no_part_of_the_command() -> None:
    assert only("## Stop\n\nThen stop the service:\n\n`# systemctl stop mill`\n").command == "systemctl stop mill"


def test_tools_named_in_brackets_are_no_steps() -> None:
    made = book("## Check\n\n1. Look at the logs of the mill (`kubectl logs`, `kubectl describe pod`).\n")
    assert [item.kind for item in made.items] == ["manual"]


def test_a_choice_of_words_is_a_blank_and_no_pipe() -> None:
    item = only("```bash\ngcloud compute disks list --project [north-mill|south-mill]\n```\n")
    assert [blank.spelling for blank in item.placeholders] == ["[north-mill|south-mill]"]
    assert item.risk == "read"


def test_a_fence_indented_too_far_is_still_a_fence() -> None:
    item = only("1. Look at the gates\n\n  Run this:\n\n    ```\n    ls /srv/gates\n    ```\n")
    assert item.command == "ls /srv/gates"
    assert item.lines == (6, 6)


def test_an_example_beside_its_general_form_is_a_choice() -> None:
    made = book("""
        ```bash
        # Stop a wheel
        kubectl delete pod <wheel> -n mill

        # Example
        kubectl delete pod wheel-3 -n mill
        ```
    """)
    assert made.items[0].options == made.items[1].options != ""


def test_expected_output_may_be_a_list() -> None:
    made = book("""
        ## Check

        ```bash
        millctl --state
        ```

        **Expected Output:**
        - The north wheel turns
        - The south wheel stands
    """)
    assert [item.kind for item in made.items] == ["command", "expected-output"]
    assert made.items[0].expected is not None
    assert made.items[0].expected.kind == "shown"


def test_what_must_hold_at_the_end_is_checked() -> None:
    proofs = "## Verification\n\n- The wheel stops squeaking\n- No alerts are left\n"
    made = book(proofs + "\n## Symptoms\n\n- The wheel stops\n")
    assert [item.kind for item in made.items] == ["manual", "manual"]


def test_when_to_escalate_is_a_decision() -> None:
    made = book("## Escalation\n\nEscalate to the miller when:\n\n- The dam leaks\n- Both wheels stand\n")
    assert [(item.kind, item.lines) for item in made.items] == [("decision", (3, 6))]


def test_use_when_is_a_decision_and_what_a_system_does_then_is_none() -> None:
    uses = "## Steps\n\nUse this procedure if the dam leaks.\n"
    made = book(uses + "\nWhen the mill starts from nothing, it waits for water.\n")
    assert [(item.kind, item.lines[0]) for item in made.items] == [("decision", 3)]


def test_a_task_written_for_xc_says_where_and_how_it_runs() -> None:
    item = only("""
        # Mill

        ## Tasks

        ### grind

        Requires: water
        Directory: ./wheel
        Interactive: true

        ```
        millgrind slowly
        ```
    """)
    assert item.title == "grind"
    assert item.interactive
    assert item.attributes == {"requires": "water", "cwd": "./wheel", "interactive": True}


def test_a_file_written_for_mask_reads_as_tasks() -> None:
    made = book("""
        # Mill

        ## grind <grain>

        > Grinds something

        **OPTIONS**
        * slowly
            * flags: -s --slowly
            * desc: Set the speed down

        ~~~bash
        systemctl restart "mill@$grain"
        ~~~
    """)
    assert [(item.kind, item.risk) for item in made.items] == [("command", "change")]
    assert [blank.spelling for blank in made.items[0].placeholders] == ["$grain"]


def test_a_name_that_only_another_shell_gives_a_value_is_asked_for() -> None:
    made = book("""
        ## start (service)

        ~~~bash
        systemctl restart "$service"
        ~~~

        ~~~powershell
        $service = $env:service
        ~~~

        ~~~bash
        later=1
        ~~~
    """)
    assert [blank.name for blank in made.items[0].placeholders] == ["service"]


def test_a_name_is_known_from_where_it_gets_its_value_on() -> None:
    made = book("## Do\n\n```sh\necho $pond\n```\n\n```sh\npond=7\n```\n\n```sh\necho $pond\n```\n")
    assert [[blank.name for blank in item.placeholders] for item in made.items] == [["pond"], [], []]
