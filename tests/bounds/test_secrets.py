"""A refusal never says a secret."""

from __future__ import annotations

import pytest
from support.shut_worlds import world

from handrail.incident.prepare import prepare_with
from handrail.runbook.reader import read

RUNBOOK = "# Keys\n\n```bash\n# Look\ncat <key_file>\n```\n"


@pytest.mark.parametrize(("secret", "refused"), [("/etc/hunter2", True), ("state/hunter2", False)])
def test_a_secret_that_leads_outside_is_refused_without_saying_it(secret: str, refused: bool) -> None:
    [item] = read(RUNBOOK, "keys.md").items
    [blank] = item.placeholders
    prepared = prepare_with(item, {}, {blank.name: secret}, world(), "/srv/world/home")
    assert secret in prepared.script
    assert (prepared.refused is not None) == refused
    assert "hunter2" not in str(prepared.refused)
