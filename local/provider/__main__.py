"""Starts the provider: prints the port it listens on, and ends at once on SIGINT or SIGTERM."""

import os
import signal
import sys
from concurrent import futures
from types import FrameType

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from local.provider.servicer import Provider

WORKERS = 16
MESSAGE_BYTES = 400 * 1024 * 1024


def _end(number: int, frame: FrameType | None) -> None:
    os._exit(0)


def main() -> None:
    """Serves until a signal comes; the engine waits 5 s for plugins that end politely, hence _exit."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _end)
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=WORKERS),
        options=[("grpc.max_receive_message_length", MESSAGE_BYTES), ("grpc.max_send_message_length", MESSAGE_BYTES)],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
