"""The emulator's loopback port: chosen once, then kept."""

import random
import socket

from local.emulator.problems import EmulatorError
from local.emulator.state_folder import StateFolder

FIRST_CHOICE = 4566
# Below the range from which systems take the ports of outgoing connections, so that a kept port stays free.
OTHERS = range(14566, 24566)
ATTEMPTS = 50


def listen(folder: StateFolder) -> socket.socket:
    """A listening socket on 127.0.0.1 at the folder's port.

    Raises EmulatorError when the port is taken and the saved state depends on it.
    """
    remembered = folder.remembered_port()
    if remembered and (taken := _try(remembered)):
        return taken
    if remembered and folder.holds_port(remembered):
        raise EmulatorError(
            f"Port {remembered} is taken by another process, and this state's queue URLs hold that port. "
            f"End that process (`ss -ltnp 'sport = :{remembered}'` names it), or give the state up with "
            "`python -m local.emulator reset` and start again."
        )
    if remembered:
        print(f"Port {remembered} is taken by another process; nothing saved holds it, so another port is chosen.")
    for port in (FIRST_CHOICE, *random.sample(OTHERS, ATTEMPTS)):
        if found := _try(port):
            folder.remember_port(port)
            return found
    raise EmulatorError(
        f"No free port on 127.0.0.1 among {FIRST_CHOICE} and {ATTEMPTS} of {OTHERS.start}-{OTHERS.stop}."
    )


def _try(port: int) -> socket.socket | None:
    """Listen at once: two sockets may be bound to one port as long as neither listens."""
    candidate = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        candidate.bind(("127.0.0.1", port))
        candidate.listen(512)
    except OSError:
        candidate.close()
        return None
    return candidate
