"""Blanks are found as people spell them, and nothing that only looks like one."""

from __future__ import annotations

import pytest

from handrail.runbook.model import Placeholder
from handrail.runbook.placeholders import find, find_in_template
from handrail.runbook.reader import read
from handrail.runbook.stand_ins import stand_ins


@pytest.mark.parametrize(
    ("command", "spellings"),
    [
        ("kubectl describe pod <pod-name> -n <namespace>", ["<pod-name>", "<namespace>"]),
        ("MILL=<mill found in the step before>", ["<mill found in the step before>"]),
        ("MILL='<\"Used by:\" of the last step>'", ["<\"Used by:\" of the last step>"]),
        ("curl http://localhost/mills/{millId}/logs?lines=20", ["{millId}"]),
        ("curl x | jq '.[] | select(.id == \"{millId}\")'", ["{millId}"]),
        ("oc get pod | grep {mill-part}", ["{mill-part}"]),
        ("npm install -g mill@[OLD_VERSION]", ["[OLD_VERSION]"]),
        ("./scripts/roll.sh [service] [namespace]", ["[service]", "[namespace]"]),
        ("mill config set key \"NEW_SID\"", ["NEW_SID"]),
        ("curl -H 'Authorization: YOUR_TOKEN' http://localhost", ["YOUR_TOKEN"]),
        ("kubectl delete rs your-mill-name", ["your-mill-name"]),
        ("oc logs mill-master-xxxxx", ["mill-master-xxxxx"]),
        ("mill --data-dir %data_dir%", ["%data_dir%"]),
        ("mill --to '{\"url\":\"postgres://...new-endpoint...\"}'", ["...new-endpoint..."]),
        ("oc patch pdb $PDB -n ${NS}", ["$PDB", "${NS}"]),
        ("kubectl exec svc/MILL-CLUSTER-rw -n NAMESPACE -- ls", ["MILL-CLUSTER", "NAMESPACE"]),
        ("rbd status POOL_NAME/IMAGE_NAME", ["POOL_NAME", "IMAGE_NAME"]),
        ("curl --cacert /path/to/ca.crt http://host1:2379", ["/path/to/ca.crt", "host1"]),
        ("cat > r.md <<EOF\nMill: [Name of the mill]\n- [ ] done\nEOF", ["[Name of the mill]"]),
        ("echo \"mill <name>\" >> mills.log", ["<name>"]),
        ("echo \"<wheel> turns\"", ["<wheel>"]),
        ("printf 'stopping %s\\n' '<wheel>'", ["<wheel>"]),
        ("echo \"see https://mill.test/<wheel>\"", ["<wheel>"]),
    ],
)
def test_blanks(command: str, spellings: list[str]) -> None:
    assert [blank.spelling for blank in find(command)] == spellings


@pytest.mark.parametrize(
    "command",
    [
        "awk '{print $5}' f | sort",
        "jq '.items[] | {name, id: .x}' f",
        "jq '[.[] | .a]' f",
        "kubectl get pods -o jsonpath='{.items[0].metadata.name}'",
        "kubectl get pods -o jsonpath='{range .items[*]}{.a}{end}'",
        "kubectl get nodes -o template --template='{{range .items}}{{.a}}{{end}}'",
        "[ -f /etc/mill ] && echo yes",
        "[[ $HOME == /root ]]",
        "for sack in a b; do echo $sack; done",
        "MILL=x; grind $MILL",
        "read -r name; echo $name",
        "while read -r a b; do echo $a $b; done < f",
        "grep -E '^[a-z_]+ =' f",
        "grep '[ERROR]' f",
        "ls *.[ch]",
        "sort < in > out",
        "diff <(ls a) <(ls b)",
        "curl -w '%{http_code}' http://localhost",
        "date +%Y%m%d-%H%M",
        "mktemp -d -t mill-XXXXXX",
        "git show HEAD@{1}",
        "find . -exec ls {} ;",
        "echo $HOME $PATH $? $1",
        "psql -c \"select * from a where b like '%vacuum%'\"",
        "cat > mill.service <<EOF\n[Unit]\nDescription=Mill\n[Service]\nEOF",
        "ls # for <name>",
        "export AWS_REGION=x",
        "printenv DB_PASSWORD",
        "lsblk -o NAME,ROTA",
        "curl -X POST http://localhost",
        "systemctl kill -s SIGTERM mill",
        "echo \"Try: mill <name>\"",
        "echo 'Usage: $0 <wheel> <gate>'",
        "xargs -I{} ls {}",
        "ls ${MILL:-/srv}",
    ],
)
def test_no_blanks(command: str) -> None:
    assert [blank.spelling for blank in find(command)] == []


def test_a_variable_that_another_step_assigns_is_none() -> None:
    text = "```bash\nMILL=$(hostname)\n```\n\n```bash\ngrind $MILL --on $DAY\n```\n"
    assert [blank.name for item in read(text).items for blank in item.placeholders] == ["DAY"]


def test_arguments_of_a_script_are_asked_for() -> None:
    (item,) = read("```bash\n#!/bin/bash\n# Grind\ngrind \"$1\" '$2'\n```\n").items
    assert [blank.spelling for blank in item.placeholders] == ["$1"]


def test_blanks_of_a_template() -> None:
    text = "Mill: [Name]\nStatus: [Turning | Stopped]\n- [ ] told\n[link](x.md)\nBy <person>, {{ day }}"
    assert [blank.spelling for blank in find_in_template(text)] == [
        "[Name]", "[Turning | Stopped]", "<person>", "{{ day }}",
    ]


def test_values_that_the_prose_calls_examples() -> None:
    supposed = stand_ins("mill remove a8266e --now", "Suppose the mill to remove is a8266e.", {})
    assert supposed == (Placeholder(spelling="a8266e", name="a8266e"),)
    provided = stand_ins("./restore.sh dump.sql", "Provide a dump file:", {})
    assert provided == (Placeholder(spelling="dump.sql", name="file"),)
    remembered: dict[str, str] = {}
    specific = stand_ins("curl 'http://localhost?mill=north'", "Check a specific mill", remembered)
    assert specific == (Placeholder(spelling="north", name="mill"),)
    body = "curl -d '{\"millName\":\"north\"}' u"
    assert stand_ins(body, "", remembered) == (Placeholder(spelling="north", name="millName"),)
    assert stand_ins("mill remove a8266e --now", "The mill a8266e burns.", {}) == ()
