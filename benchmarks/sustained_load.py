"""`python -m benchmarks.sustained_load SECONDS [--clients N]`: webhooks to `local`, as fast as it takes them.

Shows each ten seconds what was accepted in a second, the 95th percentile of the answers, and the memory of each
function's processes. Fails where an accepted event does not arrive, or arrives twice, or where the memory grows.
"""

import argparse
import json
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from statistics import quantiles
from typing import Any

import msgspec

from local import emulator
from operations.mailbox import Mailbox
from operations.pulumi_command import PulumiCommand
from operations.target import target_of
from operations.webhooks import Sample, WebhookSender, sender_of
from shared.model import System

SYSTEM, KINDS = "transactions", ("payment", "refund", "dispute")
SHOWN_EACH_S = 10
ARRIVES_WITHIN_S = 300
# Python keeps what it once needed for a busy moment.
GROWTH = 1.2


@dataclass
class Load:
    """What the clients have sent, and how it was answered."""

    sender: WebhookSender
    run: str
    ends: float
    accepted: list[str] = field(default_factory=list[str])
    seconds: list[float] = field(default_factory=list[float])
    others: Counter[int] = field(default_factory=Counter[int])

    def send(self, client: int) -> None:
        """One client's webhooks, one after the other."""
        number = 0
        while time.monotonic() < self.ends:
            number += 1
            name = f"{self.run}-{client}-{number}"
            body = {"event_id": name, "transaction_type": KINDS[number % 3], "amount": "1.10"}
            stamped = json.dumps(body | {"timestamp": "2026-11-20T10:14:07Z"}).encode()
            answer = self.sender.post(Sample(body=msgspec.Raw(stamped)))
            if answer.status == HTTPStatus.ACCEPTED:
                self.accepted.append(name)
                self.seconds.append(answer.seconds)
            else:
                self.others[answer.status] += 1


def main(arguments: list[str]) -> int:
    """Exits with 1 where something was lost or doubled, or memory grew."""
    parser = argparse.ArgumentParser(prog="sustained_load", description=__doc__)
    parser.add_argument("seconds", type=int)
    parser.add_argument("--clients", type=int, default=8)
    given = parser.parse_args(arguments)
    pulumi = PulumiCommand(target_of("local"))
    (system,) = (known for known in pulumi.target.systems if known.name == SYSTEM)
    run = f"load-{uuid.uuid4().hex[:8]}"
    load = Load(sender_of(pulumi, system), run, time.monotonic() + given.seconds)
    with ThreadPoolExecutor(given.clients) as pool:
        clients = [pool.submit(load.send, client) for client in range(given.clients)]
        memory = list(_watched(load, clients))
    copies = _arrived(pulumi, system, load)
    lost, doubled = set(load.accepted) - copies.keys(), [name for name, count in copies.items() if count > 1]
    print(f"{len(load.accepted)} accepted, {sum(load.others.values())} refused; {len(lost)} lost, {len(doubled)} twice")
    grown = _grown(memory)
    print(f"grown: {', '.join(grown)}" if grown else "the memory of the functions stayed flat")
    return 1 if lost or doubled or grown else 0


def _watched(load: Load, clients: list[Future[None]]) -> Iterator[Mapping[str, int]]:
    """The memory of the functions each ten seconds, as long as clients send."""
    seen = 0
    while not all(client.done() for client in clients):
        time.sleep(SHOWN_EACH_S)
        now, memory = len(load.accepted), _memory()
        slow = quantiles(load.seconds[seen:now], n=20)[-1] if now - seen > 1 else 0.0
        held = ", ".join(f"{name} {kib // 1024} MiB" for name, kib in sorted(memory.items()))
        print(f"{(now - seen) / SHOWN_EACH_S:6.1f} accepted a second, p95 {slow:.2f} s; {held}", flush=True)
        seen = now
        yield memory
    for client in clients:
        client.result()


def _memory() -> dict[str, int]:
    """KiB that the largest process of each function of the emulator holds."""
    running = emulator.running(emulator.default_state())
    found: dict[str, int] = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            status = (process / "status").read_text()
            if running is None or f"PPid:\t{running.pid}\n" not in status:
                continue
            variables = dict(
                pair.split("=", 1) for pair in (process / "environ").read_text().split("\0") if "=" in pair
            )
            name = variables["AWS_LAMBDA_FUNCTION_NAME"]
            held = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
            found[name] = max(held, found.get(name, 0))
    return found


def _arrived(pulumi: PulumiCommand, system: System, load: Load) -> Counter[str]:
    """How often each event of this run came, once all are there or time is up."""
    sqs, naming = pulumi.target.client("sqs"), pulumi.target.naming()
    urls = [sqs.get_queue_url(QueueName=naming.name(queue))["QueueUrl"] for queue in system.delivered_to]
    boxes = [Mailbox(sqs, url, lambda message: load.run in message["Body"]) for url in urls]
    copies: Counter[str] = Counter()
    ends = time.monotonic() + ARRIVES_WITHIN_S
    try:
        while time.monotonic() < ends:
            taken = [message for box in boxes for message in box.take()]
            copies.update(_event_id(message) for message in taken)
            if not taken and len(copies) >= len(load.accepted):
                break
    finally:
        for box in boxes:
            box.give_back()
    return copies


def _event_id(message: Mapping[str, Any]) -> str:
    return str(json.loads(message["Body"])["event_id"])


def _grown(memory: list[Mapping[str, int]]) -> list[str]:
    """Functions that hold more in the end than after the first third, in which they still warm up."""
    if not memory:
        return []
    warm, last = memory[len(memory) // 3], memory[-1]
    return [f"{name} from {warm[name]} to {last[name]} KiB" for name in warm if last.get(name, 0) > GROWTH * warm[name]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
