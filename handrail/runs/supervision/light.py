"""`signal` and `socket` by their C halves: the modules themselves take 13 ms to import, for enums nobody here needs."""

from __future__ import annotations

TYPE_CHECKING = False  # as typing's, which alone takes 10 ms
if TYPE_CHECKING:
    import signal as signal
    import socket as socket
else:
    try:
        import _signal as signal
        import _socket as socket
    except ImportError:
        import signal
        import socket

__all__ = ["signal", "socket"]
