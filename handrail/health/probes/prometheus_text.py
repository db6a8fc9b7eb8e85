"""One metric of a page in the Prometheus text format."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from handrail.health.probes import http
from handrail.health.probes.reading import Hands, Reading
from handrail.kinds import Http, PrometheusText

_LINE = re.compile(r"([A-Za-z_:][\w:]*)\s*(?:\{(.*)\})?\s+(\S+)(?:\s+(-?\d+))?\s*")
_LABEL = re.compile(r'\s*([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?')
_ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}


async def ask(options: PrometheusText, hands: Hands) -> Reading:
    page = await http.ask(msgspec.convert({"url": options.url}, Http), hands)
    values: dict[str, object] = {"error": page.values["error"]}
    if page.values.get("status") != 200 and values["error"] == "none":
        values["error"] = "protocol"
    if page.document is None or values["error"] != "none":
        return Reading(values)
    series = [(value, stamp) for labels, value, stamp in _series(page.document, options.metric)
              if options.labels.items() <= labels.items()]
    values["series"] = len(series)
    if len(series) == 1:
        values["value"], stamp = series[0]
        if stamp is not None and hands.now is not None:
            values["age"] = hands.now().timestamp() - stamp / 1000
    return Reading(values)


def _series(page: bytes, metric: str) -> Iterator[tuple[Mapping[str, str], float, int | None]]:
    """(labels, value, milliseconds since 1970 or None) of each line of one metric; other lines are none of ours."""
    for line in page.decode("utf-8", "replace").splitlines():
        if not line.startswith(metric) or (found := _LINE.fullmatch(line)) is None or found[1] != metric:
            continue
        labels = {name: re.sub(r'\\[\\"n]', lambda escape: _ESCAPES[escape[0]], text)
                  for name, text in _LABEL.findall(found[2] or "")}
        try:
            yield labels, float(found[3]), int(found[4]) if found[4] else None
        except ValueError:
            continue
