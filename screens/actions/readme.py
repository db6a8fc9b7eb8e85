"""The key table of the README, made from the action records: `python -m screens.actions.readme` prints it."""

from __future__ import annotations

from screens.actions.record import PLACES
from screens.actions.table import ALL


def key_table() -> str:
    """One Markdown table, grouped by where the keys work."""
    lines = ["| where | key | what it does |", "|---|---|---|"]
    for place, title in PLACES.items():
        for action in ALL:
            if action.place == place:
                keys = " ".join(f"`{key}`" for key in action.written.split())
                lines.append(f"| {title} | {keys} | {action.help} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(key_table())
