"""How often a flood is painted: as often as the terminal answers, and never worse than a few times a second."""

from __future__ import annotations

from widgets.output.pace import FRAME, MULTIPLEXED, PATIENCE, UNANSWERED, Pace


class Terminal:
    """A clock that is set by hand, and a terminal that answers when told to."""

    def __init__(self, *, connected: bool = True, multiplexed: bool = False) -> None:
        self.now = 100.0
        self.asked = self.backlog = 0
        self.pace = Pace(lambda: self.now)
        if connected:
            self.pace.connect(self._ask, lambda: self.backlog, multiplexed=multiplexed)

    def _ask(self) -> None:
        self.asked += 1

    def frame(self, took: float = 0.002) -> None:
        assert self.pace.delay() == 0
        self.pace.start()
        self.now += took
        self.pace.painted()

    def wait(self) -> float:
        """Let the time pass until the next frame may start; how long that was."""
        start = self.now
        while (delay := self.pace.delay()) > 0:
            self.now += delay + 1e-6
        return self.now - start


def answering(round_trip: float = 0.01) -> Terminal:
    terminal = Terminal()
    terminal.frame()
    terminal.wait()
    terminal.frame()
    terminal.now += round_trip
    terminal.pace.answered()
    return terminal


def test_output_after_a_pause_is_painted_at_once_and_asks_nothing():
    terminal = Terminal()
    for _ in range(5):
        terminal.frame()
        terminal.now += 5
    assert terminal.asked == 0


def test_frames_of_a_flood_wait_for_the_answer_to_the_one_before():
    terminal = answering()
    terminal.wait()
    terminal.frame()
    assert terminal.pace.waiting
    assert terminal.pace.delay() > 1
    called = []
    terminal.pace.when_free(lambda: called.append(terminal.now))
    terminal.now += 0.4
    terminal.pace.answered()
    assert called == [terminal.now]
    assert terminal.pace.delay() == 0


def test_every_frame_of_a_flood_is_asked_about_however_slow_the_link():
    terminal = answering(1.5)
    for _ in range(5):
        asked = terminal.asked
        terminal.wait()
        terminal.frame()
        assert terminal.asked == asked + 1
        terminal.now += 1.5
        terminal.pace.answered()


def test_a_report_that_nobody_awaits_is_no_answer():
    terminal = Terminal()
    terminal.pace.answered()  # shift+F3
    terminal.frame()
    terminal.wait()
    terminal.frame()
    assert terminal.pace.waiting
    assert terminal.wait() > UNANSWERED / 2, "it never answered yet"


def test_two_missing_answers_make_it_four_frames_a_second_and_say_so():
    terminal = answering()
    for _ in range(2):
        assert terminal.pace.remark == ""
        terminal.wait()
        terminal.frame()
        assert terminal.wait() >= PATIENCE - 0.1
    terminal.frame()
    assert "4 frames" in terminal.pace.remark
    assert UNANSWERED - 0.05 < terminal.wait() <= UNANSWERED
    terminal.frame()
    terminal.pace.answered()
    terminal.wait()
    terminal.frame()
    assert terminal.pace.remark == "", "an answer puts it right again"


def test_a_terminal_that_never_answers_never_stalls_a_flood():
    terminal = Terminal()
    start, frames = terminal.now, 0
    while terminal.now - start < 20:
        terminal.frame()
        frames += 1
        assert terminal.wait() <= UNANSWERED + 0.01
    assert 70 <= frames <= 85


def test_tmux_and_screen_are_not_asked_and_get_ten_frames_a_second():
    terminal = Terminal(multiplexed=True)
    for _ in range(10):
        terminal.frame()
        assert MULTIPLEXED - 0.01 < terminal.wait() <= MULTIPLEXED
    assert (terminal.asked, terminal.pace.remark) == (0, "")


def test_without_a_terminal_it_is_25_frames_a_second_and_slow_frames_count_twice():
    terminal = Terminal(connected=False)
    terminal.frame()
    assert FRAME - 0.01 < terminal.wait() <= FRAME
    terminal.frame(took=0.2)
    assert abs(terminal.wait() - 0.2) < 0.01


def test_what_the_terminal_has_not_even_taken_is_waited_for():
    terminal = answering()
    terminal.wait()
    terminal.backlog = 500
    assert terminal.pace.delay() > 0
    terminal.backlog = 0
    assert terminal.pace.delay() == 0


def test_a_frame_during_which_another_program_had_the_terminal_does_not_count():
    terminal = Terminal(multiplexed=True)
    terminal.frame(took=600.0)
    terminal.now += 0.1
    assert terminal.wait() < 1.0, "an editor was open for ten minutes; the output after it is not twenty minutes late"
