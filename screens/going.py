"""Keys that lead to another place. Which screen a place is, the app knows."""

from __future__ import annotations

from typing import Any

from textual.message import Message


class Go(Message):
    """Wants another place: `place` is watch, incident, runbooks, timeline, lamp, values, blanks (of one step), declare,
    help, palette, others, last, back or leave; `id` an incident, or PACK LAMP; `call` a procedure opened in it or, for
    values, a row of its checklist."""

    def __init__(self, place: str, id: str = "", call: str = "") -> None:
        super().__init__()
        self.place = place
        self.id = id
        self.call = call


class GoesToPlaces:
    """For screens: the acts that only ask for another place."""

    post_message: Any

    def act_back(self) -> None:
        self.post_message(Go("back"))

    def act_leave(self) -> None:
        self.act_back()

    def act_help(self) -> None:
        self.post_message(Go("help"))

    def act_palette(self) -> None:
        self.post_message(Go("palette"))

    def act_go_watch(self) -> None:
        self.post_message(Go("watch"))

    def act_go_incident(self) -> None:
        self.post_message(Go("incident"))

    def act_go_runbooks(self) -> None:
        self.post_message(Go("runbooks"))

    def act_go_others(self) -> None:
        self.post_message(Go("others"))

    def act_go_last(self) -> None:
        self.post_message(Go("last"))

    def act_declare(self) -> None:
        self.post_message(Go("declare"))
