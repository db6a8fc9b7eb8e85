"""Houses that write in other languages, other tools and for other renderers; switches; choices outside of a fence."""

from __future__ import annotations

from textwrap import dedent

import pytest

from handrail.runbook import placeholders
from handrail.runbook.model import Item, Runbook
from handrail.runbook.reader import read


def book(text: str) -> Runbook:
    return read(dedent(text).lstrip("\n"), "mill.md")


def running(text: str) -> list[Item]:
    return [item for item in book(text).items if item.runs]


def by_hand(text: str) -> list[str]:
    return [item.title for item in book(text).items if item.kind in ("manual", "decision")]


@pytest.mark.parametrize("line", [
    "Müller per Telefon informieren.", "Wehr wieder öffnen", "Bestätigen Sie, dass das Rad steht.",
    "Fermer la vanne du bief.", "Prévenir le meunier de garde", "Ne pas rouvrir la vanne avant midi",
    "Cerrar la compuerta del molino", "Avise al molinero por teléfono", "Reiniciar la rueda",
    "Fechar a comporta do moinho",
    "Chiudere la paratoia del mulino",
])
def test_an_instruction_of_another_language_is_something_to_do(line: str) -> None:
    assert by_hand(f"# Rad\n\n## Vorgehen\n\n- {line}\n") == [line.rstrip(".")]


@pytest.mark.parametrize("line", [
    "However the wheel is on its own", "Never a wheel as such", "Der Müller wird informieren werden",
    "Water on a wheel", "Other wheels as well",
])
def test_a_statement_is_none(line: str) -> None:
    assert by_hand(f"# Rad\n\n## Mill\n\n- {line}\n") == []


def test_a_verb_behind_the_code_tells_to_run_it() -> None:
    made = running("# Rad\n\n## Ablauf\n\nDanach das Rad mit `systemctl restart rad` neu starten.\n")
    assert [item.command for item in made] == ["systemctl restart rad"]


def test_a_condition_of_another_language_is_a_question() -> None:
    text = "# R\n\n## Acciones\n\nSi el molino sigue parado, avise al molinero.\n"
    assert [item.kind for item in book(text).items] == ["decision"]


@pytest.mark.parametrize("text", ["""
    # Mill

    ## Stop

    Choose one:

    **A.** At the weir:

    ```bash
    systemctl stop weir
    ```

    **B.** At the wheel:

    ```bash
    systemctl stop wheel
    ```
    """, """
    # Mill

    ## Stop

    **Option 1**: the weir

    ```bash
    systemctl stop weir
    ```

    **Option 2**: the wheel

    ```bash
    systemctl stop wheel
    ```
    """, """
    # Mill

    ## Stop

    ### Option A: the weir

    ```bash
    systemctl stop weir
    ```

    ### Option B: the wheel

    ```bash
    systemctl stop wheel
    ```
    """, """
    # Mill

    ## Stop

    <Tabs>
    <TabItem value="weir" label="Weir">

    ```bash
    systemctl stop weir
    ```

    </TabItem>
    <TabItem value="wheel" label="Wheel">

    ```bash
    systemctl stop wheel
    ```

    </TabItem>
    </Tabs>
    """, """
    # Mill

    ## Stop

    :::::{tab-set}
    :::{tab-item} Weir
    ```bash
    systemctl stop weir
    ```
    :::
    :::{tab-item} Wheel
    ```bash
    systemctl stop wheel
    ```
    :::
    :::::
    """, """
    # Mill

    ## Stop

    # [Weir](#tab/weir)

    ```azurecli-interactive
    systemctl stop weir
    ```

    # [Wheel](#tab/wheel)

    ```azurecli
    systemctl stop wheel
    ```

    ---
    """])
def test_one_of_several_options_is_chosen(text: str) -> None:
    made = running(text)
    assert [item.command for item in made] == ["systemctl stop weir", "systemctl stop wheel"]
    assert made[0].options and made[0].options == made[1].options
    assert all(item.section[:2] == ("Mill", "Stop") for item in made)
    assert by_hand(text) == []


def test_bold_letters_are_no_choice_unless_somebody_says_so() -> None:
    made = running("""
        # Mill

        ## Stop

        **A.** Look

        ```bash
        uptime
        ```

        **B.** Stop

        ```bash
        systemctl stop wheel
        ```
    """)
    assert [item.options for item in made] == ["", ""]


def test_options_of_several_commands_are_left_as_steps() -> None:
    made = running("""
        # Mill

        ### Option A: weir

        ```bash
        systemctl stop weir
        ```

        ### Option B: wheel

        ```bash
        systemctl stop wheel

        systemctl stop stone
        ```
    """)
    assert {item.options for item in made} == {""}


def test_a_session_with_a_switch_is_done_by_hand_there() -> None:
    text = """
        # Link

        ## Bounce

        ```
        weir-sw1# show interface status
        Gi1/0/1 connected
        weir-sw1# configure terminal
        weir-sw1(config)# interface Gi1/0/1
        weir-sw1(config-if)# shutdown
        ```

        ```
        miller@mx1> clear bgp neighbor 192.0.2.7
        ```
    """
    assert running(text) == []
    assert by_hand(text) == [
        "weir-sw1# show interface status", "weir-sw1# configure terminal", "weir-sw1(config)# interface Gi1/0/1",
        "weir-sw1(config-if)# shutdown", "miller@mx1> clear bgp neighbor 192.0.2.7"]
    assert [item.lines for item in book(text).items if item.kind == "expected-output"] == [(7, 7)]


def test_a_root_prompt_with_the_name_of_a_machine_is_no_switch() -> None:
    made = running("# Link\n\n```\nroot@weir:~# systemctl status wheel\nmiller@weir:~$ uptime\n```\n")
    assert [item.command for item in made] == ["systemctl status wheel", "uptime"]


@pytest.mark.parametrize(("command", "blanks"), [
    ("kubectl scale deploy/wheel --replicas={{ replicas }} -n {{namespace}}", ["{{ replicas }}", "{{namespace}}"]),
    ("kubectl -n __NAMESPACE__ get pods", ["__NAMESPACE__"]),
    ("ping @@WEIR_HOST@@", ["@@WEIR_HOST@@"]),
    ("ping 10.0.x.x", ["10.0.x.x"]),
    ("zfs destroy tank/flour@auto-2024-XX-XX", ["2024-XX-XX"]),
    ("curl -d '{\"index\":\"INDEX_NAME\"}' http://weir/", ["INDEX_NAME"]),
    ("docker ps --format '{{.Names}}'", []),
    ("docker inspect -f '{{ json .State }}' wheel", []),
    ("kubectl get pods -o go-template='{{range .items}}{{.metadata.name}}{{end}}'", []),
    ("ansible weir -a 'echo {{ inventory_hostname }}'", []),
    ("pip install flour==1.2.x", []),
    ("python3 -c '__import__(\"os\")'", []),
])
def test_blanks_of_other_templates(command: str, blanks: list[str]) -> None:
    assert [blank.spelling for blank in placeholders.find(command)] == blanks


def test_a_blank_that_a_renderer_would_fill_is_filled_as_one_word() -> None:
    command = "echo --to={{ miller }} '{{ miller }}'"
    filled = placeholders.fill(command, {"miller": "O'Hara $HOME"})
    assert filled == """echo --to='O'"'"'Hara $HOME' 'O'"'"'Hara $HOME'"""


def test_requests_of_a_console_that_leaves_the_slash_out() -> None:
    made = running("""
        # Search

        ```
        GET _cluster/health
        ```

        ```json
        PUT mill/_settings
        { "index": { "number_of_replicas": 0 } }
        ```

        Call POST /api/v1/cache/purge on the weir.
    """)
    assert [(item.kind, item.command.split("\n")[0], item.risk) for item in made] == [
        ("http", "GET _cluster/health", "read"), ("http", "PUT mill/_settings", "change"),
        ("http", "POST /api/v1/cache/purge", "destructive")]
    assert made[1].command.endswith('"number_of_replicas": 0 } }')


def test_a_request_that_is_only_told_of_is_no_step() -> None:
    assert running("# Mill\n\n## Do\n\nThe weir answers GET /health with 200.\n") == []


@pytest.mark.parametrize("text", [
    "Run `weirctl level --now`. **Expected:** less than `80%`",
    "1. Run `weirctl level --now`. **Expected:** less than `80%`",
    "Run `weirctl level --now`. Expected output: less than 80%",
])
def test_what_to_expect_may_stand_in_the_same_paragraph(text: str) -> None:
    (item,) = running(f"# Mill\n\n## Look\n\n{text}\n")
    assert item.expected is not None and (item.expected.kind, item.expected.value) == ("number", "< 80")
    assert "Expected" not in item.title


def test_what_is_opened_in_a_tab_is_closed_in_the_next() -> None:
    made = running("""
        # Mill

        ## Look

        === "Weir"

            ```bash
            sudo -iu miller
            ls flour
            ```

        === "Here"

            ```bash
            ls stones
            ```
    """)
    assert [(item.command, bool(item.inside)) for item in made] == [
        ("sudo -iu miller", False), ("ls flour", True), ("ls stones", False)]


def test_a_shell_that_is_opened_in_another_language_holds_what_follows() -> None:
    made = running("""
        # Moulin

        1. Se connecter au moulin : `ssh meunier@moulin`
        2. Vérifier la roue

           ```
           # systemctl status roue
           ```
    """)
    assert [bool(item.inside) for item in made] == [False, True]


def test_a_shell_prompt_again_leaves_the_client() -> None:
    made = running("""
        # Mill

        ## Look

            root@db2:~# mysql -u root
            mysql> SHOW REPLICA STATUS;

        ## Stop

            root@db2:~# systemctl stop mysql
    """)
    assert [(item.command, bool(item.inside)) for item in made][-1] == ("systemctl stop mysql", False)


def test_what_only_a_renderer_reads_is_nothing_to_do() -> None:
    text = """
        (mill-stop)=
        # Mill

        import Tabs from '@theme/Tabs';

        ## Stop

        **Rollback:** None needed.

        %% remember the stones %%

        ```{code-block} bash
        :linenos:
        :caption: at the weir

        systemctl stop weir
        ```

        Look with {command}`weirctl level --now` at the water.
    """
    assert by_hand(text) == []
    made = running(text)
    assert [item.command for item in made] == ["systemctl stop weir", "weirctl level --now"]
    assert made[0].lines == (16, 16)


@pytest.mark.parametrize("line", ["> /var/log/mill.log", ": > /var/log/mill.log", "\\rm -rf /srv/flour"])
def test_a_line_without_a_plain_program_runs_too(line: str) -> None:
    (item,) = running(f"# Mill\n\n```sh\n{line}\n```\n")
    assert item.risk == "destructive"


def test_a_break_of_html_parts_the_words_from_the_command() -> None:
    (item,) = running("# Mill\n\n## Do\n\n1. Count the sacks<br/>`weirctl count --sacks`\n")
    assert (item.title, item.command) == ("Count the sacks", "weirctl count --sacks")


def test_a_table_of_reasons_asks_which_it_is() -> None:
    text = "# Mill\n\n## Do\n\n| Reason code | Action |\n|---|---|\n| Dry | Open the weir |\n| Stuck | Oil it |\n"
    (item,) = book(text).items
    assert (item.kind, list(item.choices)) == ("decision", ["Dry", "Stuck"])


def test_commands_that_lost_their_indent_are_all_steps() -> None:
    made = running("""
        # Wheel

        1) Look at the wheel::

            ceph osd tree | grep down
            ceph health detail
            # the old one goes first
            sudo systemctl restart ceph-osd@<id>
    """)
    assert [(item.command, item.risk) for item in made] == [
        ("ceph osd tree | grep down", "read"), ("ceph health detail", "read"),
        ("sudo systemctl restart ceph-osd@<id>", "change")]


def test_a_page_of_asciidoc_has_its_headings_steps_and_roots_shell() -> None:
    text = """
        = Mill

        == Repair

        .Procedure
        . Call the miller

        [source,terminal]
        ----
        $ chroot /mnt/mill
        # grub2-install /dev/sda
        # exit
        ----
    """
    assert by_hand(text) == ["Call the miller"]
    made = running(text)
    assert [(item.command, item.section, bool(item.inside)) for item in made] == [
        ("chroot /mnt/mill", ("Mill", "Repair"), False), ("grub2-install /dev/sda", ("Mill", "Repair"), True),
        ("exit", ("Mill", "Repair"), True)]


def test_the_last_cause_of_a_list_is_not_the_title_of_the_fence_behind_it() -> None:
    text = "# Mill\n\n## Fix\n\n- Stone stuck → oil it\n- Wheel dry → open the weir\n\n```sh\nuptime\n```\n"
    assert by_hand(text) == ["Stone stuck → oil it", "Wheel dry → open the weir"]
