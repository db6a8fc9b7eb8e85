"""The socket in the run's folder: it wakes those who watch and carries what an operator does. Files are the truth.

A client sends lines of words; arguments are hexadecimal, so that anything fits into a line:

    wake                 from now on, a byte whenever there is something new to see
    stop BY              end the step              input BY DATA     type DATA into its terminal
    eof BY               end its input             size COLUMNS LINES
    claim BY             nobody else types now     release BY        anybody may again

Every line but `wake` is answered by `ok` or `no`. Nothing a client does, or fails to do, can hold up the step.
"""

from __future__ import annotations

import os

CLIENTS = 64
LONGEST_LINE = 1 << 20  # bytes
READ = 1  # select.POLLIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    import select
    from collections.abc import Callable

    from handrail.runs.supervision.light import socket

    Act = Callable[[str, list[bytes]], bool]


class Client:
    """One connection: what it has sent of an unfinished line, and whether it wants to be woken."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.line = b""
        self.wakes = False


class Door:
    """Serves the socket without ever blocking. `act` carries out a line: (word, arguments) -> done."""

    def __init__(self, server: socket.socket, poll: select.poll, act: Act) -> None:
        self.server = server
        self.server.setblocking(False)
        self.poll = poll
        self.act = act
        self.clients: dict[int, Client] = {}
        poll.register(server.fileno(), READ)

    def knows(self, fd: int) -> bool:
        """Whether an event on `fd` is for the door."""
        return fd in self.clients or fd == self.server.fileno()

    def attend(self, fd: int) -> None:
        """Let one in, or hear what one has to say."""
        if fd in self.clients:
            self._hear(self.clients[fd])
        else:
            self._let_in()

    def wake(self) -> None:
        """Tell everyone who asked that there is something new. Who does not read has been told already."""
        for client in self.clients.values():
            if client.wakes:
                _tell(client, b"\n")

    def close(self) -> None:
        """End all connections, which is how those who watch learn that nothing more will come."""
        for client in list(self.clients.values()):
            self._hear(client)
        for fd in list(self.clients):
            self._drop(fd)
        self.server.close()
        try:
            os.unlink("sock")
        except OSError:
            pass

    def _let_in(self) -> None:
        try:
            fd, _ = self.server._accept()  # type: ignore[attr-defined]
        except OSError:
            return
        if len(self.clients) >= CLIENTS:
            os.close(fd)
            return
        os.set_blocking(fd, False)
        self.clients[fd] = Client(fd)
        self.poll.register(fd, READ)

    def _hear(self, client: Client) -> None:
        try:
            data = os.read(client.fd, 1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        *lines, client.line = (client.line + data).split(b"\n")
        for line in lines:
            self._obey(client, line)
        if not data or len(client.line) > LONGEST_LINE:
            self._drop(client.fd)

    def _obey(self, client: Client, line: bytes) -> None:
        word, *rest = line.decode("ascii", "replace").split(" ")
        if word == "wake":
            client.wakes = True
            return
        try:
            done = self.act(word, [bytes.fromhex(part) for part in rest])
        except (ValueError, IndexError, OSError):
            done = False
        _tell(client, b"ok\n" if done else b"no\n")

    def _drop(self, fd: int) -> None:
        del self.clients[fd]
        self.poll.unregister(fd)
        os.close(fd)


def _tell(client: Client, data: bytes) -> None:
    """Send if it can be sent now. A client that is gone is dropped when it is read from, not before: a one-shot
    client's `stop` may lie unread behind the notification that failed."""
    try:
        os.write(client.fd, data)
    except OSError:
        pass
