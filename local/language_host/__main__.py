"""Serve the language host on a loopback port and print the port, as Pulumi's engine expects of a plugin."""

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto import add_LanguageRuntimeServicer_to_server

from local.language_host.host import LanguageHost

# State of large stacks travels through these calls; the engine's own limit is the same.
MESSAGE_LIMIT = 400 * 1024 * 1024


def main() -> None:
    """Serve until the engine sends SIGINT or SIGTERM; the engine's address is the last argument."""
    host = LanguageHost(engine_address=sys.argv[-1] if len(sys.argv) > 1 else "")
    # The engine ends its plugins with a signal and waits five seconds: there is nothing to save, so leave at once.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, host.leave)
    server = grpc.server(
        ThreadPoolExecutor(max_workers=16),
        options=[("grpc.max_receive_message_length", MESSAGE_LIMIT), ("grpc.max_send_message_length", MESSAGE_LIMIT)],
    )
    add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while True:
        signal.pause()


if __name__ == "__main__":
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
    main()
