"""`dlq`: shows what lies in an environment's dead-letter queues, and why."""

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import repeat
from pathlib import PurePath
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from operations.dead_letters.contents import Content, contents, correlation_id
from operations.dead_letters.letter import Letter
from operations.dead_letters.letter_box import LetterBox, is_missing
from operations.dead_letters.masking import Masking
from operations.dead_letters.reason import reason
from operations.display import printable, show_table
from operations.known_secrets import known_secrets
from operations.problem import OperationError
from operations.pulumi_command import PulumiCommand
from services.common.timestamp import utc_now, utc_text
from shared.dead_letters import DeadLetters, dead_letters
from shared.runbooks import OF_DEAD_LETTERS

# What is looked at of a queue: each look hides its letters from everybody else for a moment.
MOST_LETTERS = 100
QUEUES_AT_ONCE = 8

_JSON = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """A letter as it is shown, without secrets."""

    message_id: str
    sent_at: datetime
    receives: int
    reason: str
    correlation_id: str
    body: Content


@dataclass(frozen=True, slots=True)
class ShownQueue:
    """A queue's letters, oldest first, and how many more there are about; `deployed` where there is such a queue."""

    letters: DeadLetters
    shown: Sequence[ShownLetter] = ()
    not_looked_at: int = 0
    deployed: bool = True

    @property
    def name(self) -> str:
        return self.letters.queue.name

    @property
    def kind(self) -> str:
        """What it holds, by the name of its runbook."""
        return PurePath(OF_DEAD_LETTERS[type(self.letters)].value).stem

    @property
    def waiting(self) -> int:
        return len(self.shown) + self.not_looked_at


def add_dlq_parser(parser: argparse.ArgumentParser) -> None:
    """The environment, `local` by default, and whether a program reads the answer."""
    parser.add_argument("environment", nargs="?", default="local")
    parser.add_argument("--json", action="store_true")


def dlq(pulumi: PulumiCommand, said: argparse.Namespace) -> None:
    """Prints every dead letter of the environment; OperationError where SQS does not answer."""
    target = pulumi.target
    environment = target.environment
    try:
        naming, sqs = target.naming(), target.client("sqs")
        secrets = known_secrets(pulumi, naming)
        masking = Masking(secrets.values)
        boxes = [LetterBox(sqs, letters, naming) for system in target.systems for letters in dead_letters(system)]
        with ThreadPoolExecutor(QUEUES_AT_ONCE) as pool:
            queues = list(pool.map(_look, boxes, repeat(masking)))
    except (ClientError, BotoCoreError) as error:
        raise OperationError(f"the dead letters of '{environment}' can't be read: {error}") from None
    now = utc_now()
    if said.json:
        print(_JSON.encode(_document(environment, queues, secrets.unread, now)).decode())
        return
    _print(environment, queues, now)
    if secrets.unread:
        print(f"masked by name alone, for these secrets could not be read: {', '.join(sorted(set(secrets.unread)))}")


def _look(box: LetterBox, masking: Masking) -> ShownQueue:
    try:
        depth = box.depth()
    except ClientError as error:
        if is_missing(error):
            return ShownQueue(box.letters, deployed=False)
        raise
    if not depth.waiting + depth.taken:
        return ShownQueue(box.letters)
    with box.look(MOST_LETTERS) as found:
        shown = [_shown(box.letters, letter, masking) for letter in found]
    return ShownQueue(box.letters, shown, max(0, depth.waiting + depth.taken - len(shown)))


def _shown(letters: DeadLetters, letter: Letter, masking: Masking) -> ShownLetter:
    content = contents(letter.body)
    return ShownLetter(
        letter.message_id,
        letter.sent_at,
        letter.receives,
        masking.text(reason(letters, letter, content)),
        masking.text(letter.said("correlation_id") or correlation_id(content)),
        masking.content(content),
    )


def _print(environment: str, queues: Sequence[ShownQueue], now: datetime) -> None:
    full = [queue for queue in queues if queue.waiting]
    if full:
        rows = [(queue.name, queue.kind, str(queue.waiting), _oldest(queue, now)) for queue in full]
        show_table(f"dead letters in '{environment}'", ("queue", "runbook", "letters", "oldest"), rows)
    for queue in full:
        print(f"\n{queue.name}: {len(queue.shown)} of {queue.waiting} letters")
        for line in _told(queue, now):
            print(line)
        print(f"back with: just redrive {queue.name} {environment}")
    missing = [queue.name for queue in queues if not queue.deployed]
    print(f"\n{len(queues) - len(full) - len(missing)} queues are empty")
    if missing:
        print(f"{len(missing)} are not deployed: just deploy messaging {environment}")


def _told(queue: ShownQueue, now: datetime) -> Iterator[str]:
    for letter in queue.shown:
        yield f"  {letter.message_id}, sent {_age(now - letter.sent_at)} ago, received {letter.receives} times"
        yield f"    because: {printable(letter.reason)}"
        if letter.correlation_id:
            yield f"    correlation id: {printable(letter.correlation_id)}"
        yield f"    {printable(_JSON.encode(letter.body).decode())}"
    if queue.not_looked_at:
        yield f"  {queue.not_looked_at} more were not looked at, or someone else holds them now"


def _oldest(queue: ShownQueue, now: datetime) -> str:
    return _age(now - min(letter.sent_at for letter in queue.shown)) if queue.shown else ""


def _age(age: timedelta) -> str:
    """In its two largest units."""
    seconds = max(0, int(age.total_seconds()))
    units = (("d", seconds // 86_400), ("h", seconds // 3_600 % 24), ("min", seconds // 60 % 60), ("s", seconds % 60))
    said = [f"{count} {unit}" for unit, count in units if count]
    return " ".join(said[:2]) or "0 s"


def _document(environment: str, queues: Sequence[ShownQueue], unread: Sequence[str], now: datetime) -> dict[str, Any]:
    return {
        "environment": environment,
        "secrets_not_read": sorted(set(unread)),
        "queues": [
            {
                "queue": queue.name,
                "runbook": OF_DEAD_LETTERS[type(queue.letters)].value,
                "deployed": queue.deployed,
                "waiting": queue.waiting,
                "not_looked_at": queue.not_looked_at,
                "letters": [
                    {
                        "message_id": letter.message_id,
                        "sent_at": utc_text(letter.sent_at),
                        "age_s": int((now - letter.sent_at).total_seconds()),
                        "receives": letter.receives,
                        "reason": letter.reason,
                        "correlation_id": letter.correlation_id,
                        "body": letter.body,
                    }
                    for letter in queue.shown
                ],
            }
            for queue in queues
        ],
    }
