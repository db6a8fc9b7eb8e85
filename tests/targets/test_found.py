"""What a command reaches, by configurations as the tools themselves write them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support.waiting import wait_until

from handrail.targets.found import targets_of
from handrail.targets.reach import Reach

KUBE = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "prod-eu",
    "contexts": [
        {"name": "prod-eu", "context": {"cluster": "eu", "namespace": "web", "user": "ops"}},
        {"name": "dev", "context": {"cluster": "dev"}},
    ],
    "clusters": [
        {"name": "eu", "cluster": {"server": "https://10.0.0.1:6443"}},
        {"name": "dev", "cluster": {"server": "https://10.0.0.2:6443"}},
    ],
}
YAML = """apiVersion: v1
clusters:
- cluster: {server: "https://10.0.0.1:6443"}
  name: eu
- cluster:
    server: https://10.0.0.2:6443
  name: dev
contexts:
- context:
    cluster: eu
    namespace: web
    user: ops
  name: prod-eu
- {context: {cluster: dev}, name: dev}
current-context: prod-eu
kind: Config
"""
EU = "context prod-eu, namespace web, https://10.0.0.1:6443"
DEV = "context dev, namespace default, https://10.0.0.2:6443"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for folder in (".kube", ".aws", ".ssh", ".config/gcloud/configurations", ".azure"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / ".kube/config").write_text(YAML)
    (tmp_path / ".aws/config").write_text(
        "[default]\nregion = eu-west-1\n[profile prod]\nrole_arn = arn:aws:iam::123456789012:role/ops\n"
        "region = eu-central-1\n[profile sso]\nsso_account_id = 210987654321\n")
    (tmp_path / ".aws/credentials").write_text("[default]\naws_access_key_id = AKIAABCDEFGHIJKLWXYZ\n")
    (tmp_path / ".ssh/config").write_text(
        "Include more\nHost db* !db9\n  HostName %h.internal\n  User ops\n  ProxyJump gate\nHost *\n  Port 2222\n")
    (tmp_path / ".ssh/more").write_text("Host cache\n  HostName 10.1.1.1\n")
    gcloud = tmp_path / ".config/gcloud"
    (gcloud / "active_config").write_text("work\n")
    (gcloud / "configurations/config_work").write_text("[core]\naccount = kim@example.org\nproject = shop-prod\n")
    (tmp_path / ".azure/azureProfile.json").write_text("\ufeff" + json.dumps({"subscriptions": [
        {"id": "11-22", "name": "Prod", "isDefault": True, "user": {"name": "kim@example.org"}},
        {"id": "33-44", "name": "Test", "isDefault": False}]}))
    (tmp_path / ".pg_service.conf").write_text("[orders]\nhost=db7\ndbname=orders\n")
    (tmp_path / ".my.cnf").write_text("[client]\nhost=db3\nuser=app\n")
    return tmp_path


REACHED = [
    ("kubectl get pods", ["kube: " + EU]),
    ("kubectl get pods -n pay", ["kube: namespace pay in " + EU]),
    ("helm --kube-context dev upgrade web .", ["kube --context dev: " + DEV]),
    ("bash -c 'kubectl get po'", ["kube: " + EU]),
    ("for p in $(kubectl get po -o name); do kubectl delete $p; done", ["kube: " + EU]),
    ("kubectl --context $CTX get po", ["kube --context $CTX: known only when the step runs"]),
    ("kubectl config use-context dev && kubectl get po",
     ["kube as this step sets it: known only when the step runs"]),
    ("kubectl --context gone get po",
     ["kube --context gone: context gone, namespace default, which no kubeconfig has"]),
    ("aws s3 ls", ["aws: profile default, key …WXYZ, eu-west-1"]),
    ("aws --profile prod s3 ls", ["aws --profile prod: profile prod, account 123456789012, eu-central-1"]),
    ("AWS_PROFILE=sso aws s3 ls --region us-east-1",
     ["aws AWS_PROFILE=sso: region us-east-1 in profile sso, account 210987654321"]),
    ("export AWS_PROFILE=prod\naws s3 ls", ["aws AWS_PROFILE=prod: profile prod, account 123456789012, eu-central-1"]),
    ("gcloud compute instances list",
     ["gcloud: configuration work, account kim@example.org, project shop-prod"]),
    ("az vm list", ["az: subscription Prod, 11-22, as kim@example.org"]),
    ("az vm list --subscription Test", ["az --subscription Test: subscription Test, 33-44"]),
    ("ssh db1 'rm -rf /x'", ["ssh db1: ops@db1.internal:2222, through gate"]),
    ("ssh -p 22 root@db9 uptime", ["ssh root@db9: root@db9"]),
    ("rsync -a x cache:/y", ["ssh cache: 10.1.1.1:2222"]),
    ("psql -h db1 -d app -U ops -c 'select 1'", ["postgres host db1 dbname app: database app, on db1, as ops"]),
    ("psql postgres://a:hush@db9:5433/app -c x", ["postgres host db9 dbname app: database app, on db9:5433, as a"]),
    ("PGSERVICE=orders psql -U x -c 'select 1'",
     ["postgres PGSERVICE=orders: database orders, on db7, as x"]),
    ("mysql -psecret app -e 'select 1'", ["mysql dbname app: database app, on db3, as app"]),
    ("redis-cli -h r1 -n 2 FLUSHDB", ["redis host r1 db 2: database 2, on r1:6379"]),
    ("echo kubectl get", []),
    ("kubectl version", []),
    ("ls -l && curl http://localhost/", []),
]


@pytest.mark.parametrize(("command", "reached"), REACHED, ids=[command for command, _ in REACHED])
def test_what_a_command_reaches(home: Path, command: str, reached: list[str]) -> None:
    assert [str(target) for target in targets_of(command, {"HOME": str(home)})] == reached


def test_a_password_is_in_no_target(home: Path) -> None:
    said = "".join(str(target) for command in ("psql postgres://a:hush@db9/app", "mysql -psecret app",
                                               "PGPASSWORD=hush psql -h db1") for target in
                   targets_of(command, {"HOME": str(home)}))
    assert "db9" in said and "hush" not in said and "secret" not in said


def test_the_environment_decides_as_for_the_tools(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps({**KUBE, "current-context": "dev"}))  # JSON is YAML, and kubectl reads it
    environ = {"HOME": str(home), "KUBECONFIG": f"{other}:{home}/.kube/config", "AWS_PROFILE": "prod"}
    assert [str(target) for target in targets_of("kubectl get po; aws s3 ls", environ)] == [
        "kube: " + DEV, "aws: profile prod, account 123456789012, eu-central-1"]


def test_as_another_user_it_is_another_configuration(home: Path) -> None:
    environ = {"HOME": str(home), "KUBECONFIG": str(home / ".kube/config")}
    (target,) = targets_of("sudo -u nobody kubectl get po", environ)
    assert "prod-eu" not in target.text
    (kept,) = targets_of("sudo -E kubectl get po", {"HOME": str(home)})
    assert kept.text == EU


BROKEN = ["{not yaml", "- a\n- list", "contexts: [1, 2, {name: 5}]\ncurrent-context: {}", "\0"]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_configuration_is_said_and_never_raised(home: Path, broken: str) -> None:
    (home / ".kube/config").write_text(broken)
    (home / ".aws/config").write_text(broken)
    (home / ".azure/azureProfile.json").write_text(broken)
    for target in targets_of("kubectl get po; aws s3 ls; az vm list", {"HOME": str(home)}):
        assert target.text


def test_looking_beside_a_screen_follows_the_files(home: Path) -> None:
    reach = Reach()
    environ = {"HOME": str(home)}
    assert reach.known("ls", environ) == ()
    found = wait_until(lambda: reach.known("kubectl get po", environ), 30)
    assert found[0].text == EU
    before = reach.version
    (home / ".kube/config").write_text(YAML.replace("current-context: prod-eu", "current-context: dev"))
    wait_until(lambda: reach.known("kubectl get po", environ) != found, 30, "the change of context is noticed")
    assert reach.version > before
    reach.close()


def test_a_configuration_that_blocks_holds_nobody_up(home: Path) -> None:
    """A home on a dead network drive: here a named pipe that nobody writes."""
    (home / ".kube/config").unlink()
    os.mkfifo(home / ".kube/config")
    reach = Reach()
    assert reach.known("kubectl get po", {"HOME": str(home)}) is None
    assert reach.known("kubectl get po", {"HOME": str(home)}) is None
    with (home / ".kube/config").open("w") as pipe:
        pipe.write(YAML)
    wait_until(lambda: reach.known("kubectl get po", {"HOME": str(home)}), 30)
    reach.close()
