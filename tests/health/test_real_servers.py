"""Lamps over servers and plugins that others wrote: nginx, Prometheus, Alertmanager, Debian's monitoring plugins.

What is not installed is skipped, with the reason.
"""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.faulty import unused_port
from support.waiting import wait_until

from handrail.clock import SystemClock
from handrail.health.monitor import Lamp, check
from handrail.health.probes import Hands, way_to_ask
from handrail.health.probes.http import Client
from handrail.kinds import Http

CLOCK = SystemClock()
PLUGINS = Path("/usr/lib/nagios/plugins")
DEFAULTS = '[defaults]\ninterval = "10s"\ntimeout = "5s"\nconfirm_bad = 1\n'


def needs(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


def listens(port: int) -> bool:
    with socket.socket() as scout:
        return scout.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True)
class Nginx:
    plain: int
    tls: int
    folder: Path

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.plain}{path}"


CONF = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  limit_req_zone $binary_remote_addr zone=one:1m rate=1r/m;
  server {{
    listen 127.0.0.1:{plain};
    location = /ok {{ default_type application/json; return 200 '{{"watchActive": true, "score": 0.97}}'; }}
    location = /unauthorised {{ return 401; }}
    location = /moved {{ return 302 /ok; }}
    location = /gone {{ return 503 '{{"error": "maintenance"}}'; }}
    location = /silent {{ return 444; }}
    location = /limited {{ limit_req zone=one; limit_req_status 429; try_files /none =204; }}
    location = /dead {{ proxy_pass http://127.0.0.1:{dead}; }}
  }}
  server {{
    listen 127.0.0.1:{tls} ssl;
    ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
    return 200;
  }}
}}
"""


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    needs("nginx", "openssl")
    folder = tmp_path_factory.mktemp("nginx")
    plain, tls, dead = unused_port(), unused_port(), unused_port()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "9", "-subj", "/CN=localhost", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                   check=True, capture_output=True, timeout=60)
    (folder / "nginx.conf").write_text(CONF.format(folder=folder, plain=plain, tls=tls, dead=dead))
    process = subprocess.Popen(["nginx", "-p", str(folder), "-c", "nginx.conf", "-e", str(folder / "early.log")],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: process.poll() is not None or listens(plain), 30, "nginx listens")
        assert process.poll() is None, (folder / "error.log").read_text()
        yield Nginx(plain, tls, folder)
    finally:
        process.terminate()
        process.wait(30)


FAILS = """{ severity = "P1", when = "error != 'none'" }"""
REFUSES = '{ severity = "P2", when = "status >= 400" }'


def http(url: str, more: str = "", *levels: str) -> str:
    return (DEFAULTS + f'[[probe]]\nid = "it"\nkind = "http"\nurl = "{url}"\n{more}'
            f'level = [{", ".join(levels or (FAILS, REFUSES))}]\n')


def lamp(packed, text: str) -> Lamp:
    [found] = check(packed(text), CLOCK)
    return found


@pytest.mark.parametrize(("path", "word", "value"), [
    ("/ok", "OK", None), ("/unauthorised", "HIGH", "HTTP 401"), ("/gone", "HIGH", "HTTP 503"),
    ("/dead", "HIGH", "HTTP 502"), ("/nowhere", "HIGH", "HTTP 404"), ("/silent", "CRIT", "garbled"),
])
def test_what_nginx_answers_reads_on_the_lamp(packed, nginx: Nginx, path: str, word: str, value: str | None) -> None:
    found = lamp(packed, http(nginx.url(path)))
    assert found.word == word
    assert value is None or found.value == value


def test_a_rate_limit_is_seen(packed, nginx: Nginx) -> None:
    """The first answer is used up by whoever came first; the second is 429."""
    words = [lamp(packed, http(nginx.url("/limited"))).value for _ in range(2)]
    assert words[-1] == "HTTP 429"


def test_a_redirect_is_followed_only_when_told(packed, nginx: Nginx) -> None:
    show = 'values = { score = ".score" }\nshow = "{score}"\n'
    moved = lamp(packed, http(nginx.url("/moved"), show, FAILS))
    assert (moved.word, moved.why) == ("UNKNOWN", "cannot tell: HTTP 302")
    followed = lamp(packed, http(nginx.url("/moved"), f"follow = true\n{show}", FAILS))
    assert (followed.word, followed.value) == ("OK", "0.97")


def test_an_error_status_that_no_level_is_about_is_not_well(packed, nginx: Nginx) -> None:
    assert lamp(packed, http(nginx.url("/gone"), "", FAILS)).word == "UNKNOWN"


def test_a_certificate_nobody_signed_is_a_tls_failure(packed, nginx: Nginx) -> None:
    found = lamp(packed, http(f"https://localhost:{nginx.tls}/"))
    assert (found.word, found.value) == ("CRIT", "TLS failed")


async def test_a_certificate_that_is_trusted_says_how_long_it_lasts(nginx: Nginx) -> None:
    trusting = ssl.create_default_context(cafile=str(nginx.folder / "cert.pem"))
    trusting.check_hostname = False
    client = Client((), trusting)
    hands = Hands(timeout=5, body_limit=1000, interval=10, client=lambda: client)
    reading = await way_to_ask("http")(Http(url=f"https://127.0.0.1:{nginx.tls}/"), hands)
    assert (reading.values["error"], reading.values["status"]) == ("none", 200)
    assert 8 < float(str(reading.values["cert_days"])) <= 9
    assert float(str(reading.values["tls"])) > 0


def test_tls_to_a_plain_port_is_a_tls_failure(packed, nginx: Nginx) -> None:
    assert lamp(packed, http(f"https://127.0.0.1:{nginx.plain}/")).value == "TLS failed"


def test_plain_to_a_tls_port_is_a_bad_request(packed, nginx: Nginx) -> None:
    assert lamp(packed, http(f"http://127.0.0.1:{nginx.tls}/")).value == "HTTP 400"


# -- Debian's monitoring plugins


def plugin(name: str, *arguments: str, more: str = "") -> str:
    path = PLUGINS / name
    if not path.exists():
        pytest.skip(f"{path} is not installed (Debian's monitoring-plugins)")
    argv = ", ".join(f'"{word}"' for word in (str(path), *arguments))
    return DEFAULTS + (f'[[probe]]\nid = "it"\nkind = "nagios"\nargv = [{argv}]\n{more}'
                       'level = [{ severity = "P1", when = "rc == 2" }, { severity = "P3", when = "rc == 1" }]\n')


@pytest.mark.parametrize(("rc", "word"), [("0", "OK"), ("1", "WARN"), ("2", "CRIT")])
def test_a_plugins_verdict_is_the_lamps(packed, rc: str, word: str) -> None:
    found = lamp(packed, plugin("check_dummy", rc, "as told"))
    assert (found.word, "as told" in found.value) == (word, True)


def test_a_plugins_figures_are_judged_with_their_units(packed) -> None:
    text = plugin("check_disk", "-w", "1", "-c", "1", "-p", "/", more="values = { used = \"'/'\" }\nunit = \"B\"\n")
    text = text.replace("level = [", 'level = [{ severity = "P2", when = "used > 1MB" }, ')
    assert lamp(packed, text).word == "HIGH", "a disk holds more than one megabyte"


def test_a_plugin_looks_at_nginx_as_the_probe_does(packed, nginx: Nginx) -> None:
    ok = plugin("check_http", "-I", "127.0.0.1", "-p", str(nginx.plain), "-u", "/ok")
    bad = plugin("check_http", "-I", "127.0.0.1", "-p", str(nginx.plain), "-u", "/gone")
    assert lamp(packed, ok).word == "OK"
    assert lamp(packed, bad).word == "CRIT"


# -- Prometheus and Alertmanager as they expose themselves


def metric(port: int, name: str, when: str, more: str = "") -> str:
    return DEFAULTS + (f'[[probe]]\nid = "it"\nkind = "prometheus-text"\nurl = "http://127.0.0.1:{port}/metrics"\n'
                       f'metric = "{name}"\n{more}level = [{{ severity = "P2", when = "{when}" }}]\n')


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[int]:
    needs("prometheus")
    port = unused_port()
    (tmp_path / "p.yml").write_text("global: {}\n")
    process = subprocess.Popen(
        ["prometheus", f"--config.file={tmp_path / 'p.yml'}", f"--storage.tsdb.path={tmp_path / 'tsdb'}",
         f"--web.listen-address=127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: process.poll() is not None or listens(port), 60, "Prometheus listens")
        yield port
    finally:
        process.terminate()
        process.wait(20)


def test_a_metric_of_a_real_prometheus(packed, prometheus: int) -> None:
    good = metric(prometheus, "prometheus_build_info", "value != 1")
    assert (found := lamp(packed, good)).word == "OK" and found.value == "1"
    bad = metric(prometheus, "process_open_fds", "value > 0")
    assert lamp(packed, bad).word == "HIGH"
    gone = metric(prometheus, "headless_total", "value < 1")
    assert lamp(packed, gone).word == "UNKNOWN", "a metric that vanished is never well"


@pytest.mark.nightly
def test_a_metric_of_a_real_alertmanager(packed, tmp_path: Path) -> None:
    needs("prometheus-alertmanager")
    port = unused_port()
    (tmp_path / "a.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")
    process = subprocess.Popen(
        ["prometheus-alertmanager", f"--config.file={tmp_path / 'a.yml'}", f"--storage.path={tmp_path / 'data'}",
         "--cluster.listen-address=", f"--web.listen-address=127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: process.poll() is not None or listens(port), 60, "Alertmanager listens")
        text = metric(port, "alertmanager_config_last_reload_successful", "value != 1")
        wait_until(lambda: lamp(packed, text).word == "OK", 30, "its metric")
        found = lamp(packed, http(f"http://127.0.0.1:{port}/api/v2/alerts", 'values = { n = "length" }\n'))
        assert found.word == "OK"
    finally:
        process.terminate()
        process.wait(20)
