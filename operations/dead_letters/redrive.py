"""`redrive`: puts the letters of a dead-letter queue back, each kind in its own way."""

import argparse
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from operations.dead_letters.invocation_again import InvocationAgain
from operations.dead_letters.letter import Letter
from operations.dead_letters.letter_box import AT_ONCE, LetterBox, is_missing
from operations.dead_letters.message_again import MessageAgain
from operations.dead_letters.message_move import MessageMove
from operations.dead_letters.records_again import RecordsAgain
from operations.dead_letters.step import NotTakenError, Step, Way
from operations.dead_letters.stream_position import StreamReader
from operations.display import printable
from operations.problem import OperationError, choose
from operations.pulumi_command import PulumiCommand
from operations.target import Target
from services.common.timestamp import Clock, utc_now
from shared.dead_letters import DeadLetters, FailedRecords, UnprocessedMessages, dead_letters
from shared.naming import Naming

# What SQS allows its own task.
MOST_A_SECOND = 500
# Slow enough to be stopped when the first ones fail again, and no load beside the traffic.
DEFAULT_RATE = 10
# How many letters a rehearsal looks at.
SHOWN = 100


def add_redrive_parser(parser: argparse.ArgumentParser) -> None:
    """The queue, the environment, `local` by default, and how much of it is to be done."""
    parser.add_argument("queue")
    parser.add_argument("environment", nargs="?", default="local")
    parser.add_argument("--go", action="store_true")
    parser.add_argument("--rate", type=int, default=DEFAULT_RATE)
    parser.add_argument("--only", action="append", default=[], metavar="MESSAGE_ID")
    parser.add_argument("--discard", action="store_true")


def redrive(pulumi: PulumiCommand, said: argparse.Namespace) -> None:
    """Says what would be done, or does it where `--go` is said; OperationError where a letter is not put back."""
    if not 1 <= said.rate <= MOST_A_SECOND:
        raise OperationError(f"--rate: {said.rate} is not allowed; it must be 1 to {MOST_A_SECOND} letters a second")
    if said.discard and not said.only:
        raise OperationError(
            "--discard deletes letters for good; say which: add --only MESSAGE_ID, as just dlq shows it"
        )
    target = pulumi.target
    known = {letters.queue.name: letters for system in target.systems for letters in dead_letters(system)}
    letters = known[choose("dead-letter queue", said.queue, tuple(known))]
    try:
        Redrive(target, letters, target.naming()).run(said)
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and is_missing(error):
            environment = target.environment
            raise OperationError(
                f"'{environment}' has no {said.queue}; deploy it: just deploy messaging {environment}"
            ) from None
        raise OperationError(
            f"{said.queue} in '{target.environment}': {error}; what was not put back is still there"
        ) from None


@dataclass(frozen=True)
class Discarding:
    """Deletes letters whose work is done, or not wanted."""

    seconds: int = 10
    at_once: int = AT_ONCE

    def step(self, letter: Letter) -> Step:
        return Step("delete it for good", lambda: None)


class Redrive:
    """The letters of one queue on their way back."""

    def __init__(
        self,
        target: Target,
        letters: DeadLetters,
        naming: Naming,
        clock: Clock = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._target = target
        self._letters = letters
        self._naming = naming
        self._clock = clock
        self._sleep = sleep
        self._sqs = target.client("sqs")
        self._box = LetterBox(self._sqs, letters, naming)

    def run(self, said: argparse.Namespace) -> None:
        """As `redrive` says."""
        only = frozenset(said.only)
        if isinstance(self._letters, UnprocessedMessages) and not only:
            self._move(self._letters, said.rate, go=said.go)
        elif said.go:
            self._put_back(self._way(discard=said.discard), said.rate, only)
        else:
            self._rehearse(self._way(discard=said.discard), only)

    def _way(self, *, discard: bool) -> Way:
        if discard:
            return Discarding()
        match self._letters:
            case UnprocessedMessages() as letters:
                return MessageAgain(self._sqs, letters, self._naming)
            case FailedRecords() as letters:
                # A client that gave up first would invoke the function a second time.
                lambda_ = self._target.client("lambda", read_timeout=letters.function.timeout + 10)
                reader = StreamReader(self._target.client("dynamodbstreams"))
                return RecordsAgain(lambda_, reader, letters, self._naming)
            case letters:
                return InvocationAgain(self._target.client("lambda"), letters, self._naming)

    def _move(self, letters: UnprocessedMessages, rate: int, *, go: bool) -> None:
        name, source, waiting = letters.queue.name, letters.source.name, self._box.depth().waiting
        if not go:
            print(f"would move the {waiting} letters of {name} to {source}, {rate} a second")
            _tell_that_nothing_was_done()
            return
        last = ""
        for progress in MessageMove(self._sqs, letters, self._naming, self._sleep).run(rate):
            line = f"{progress.moved} of {progress.to_move} letters moved from {name} to {source}"
            if line != last:
                print(line, flush=True)
            last = line

    def _rehearse(self, way: Way, only: Collection[str]) -> None:
        with self._box.look(SHOWN) as found:
            chosen = [letter for letter in found if not only or letter.message_id in only]
            for letter in chosen:
                print(f"{letter.message_id}: {_rehearsed(way, letter)}")
        waiting = self._box.depth().waiting
        if len(found) < waiting:
            print(f"and so on; {waiting - len(found)} more letters were not looked at")
        _refuse_absent(only, {letter.message_id for letter in found}, self._letters)
        if not chosen:
            print(f"{self._letters.queue.name} is empty")
        _tell_that_nothing_was_done()

    def _put_back(self, way: Way, rate: int, only: Collection[str]) -> None:
        begun = self._clock()
        done: set[str] = set()
        left: set[str] = set()
        new = 0
        seen: dict[str, Letter] = {}
        try:
            for letter in self._each(way, seen, only):
                if letter.sent_at >= begun:
                    new += 1
                elif self._deal(way, letter):
                    done.add(letter.message_id)
                    del seen[letter.message_id]
                    self._sleep(1 / rate)
                else:
                    left.add(letter.message_id)
                if only and done | left >= set(only):
                    break
        finally:
            self._box.give_back(seen.values())
            print(f"{len(done)} letters of {self._letters.queue.name} are dealt with", flush=True)
            if new:
                print(f"{new} more came meanwhile; look at them: just dlq {self._target.environment}")
        if left:
            raise OperationError(f"{len(left)} letters stay in {self._letters.queue.name}; the lines above say why")
        _refuse_absent(only, done, self._letters)

    def _each(self, way: Way, seen: dict[str, Letter], only: Collection[str]) -> Iterator[Letter]:
        """Every chosen letter once; what is received stays in `seen` until whoever deals with it takes it out."""
        came: set[str] = set()
        nothing_new = 0
        # What is kept for too long comes again, and must not be taken for the queue's end.
        while nothing_new <= len(seen) and (found := self._box.receive(way.at_once, way.seconds * way.at_once)):
            fresh = [letter for letter in found if letter.message_id not in came]
            nothing_new = 0 if fresh else nothing_new + 1
            came.update(letter.message_id for letter in found)
            seen.update((letter.message_id, letter) for letter in found)
            yield from (letter for letter in fresh if not only or letter.message_id in only)

    def _deal(self, way: Way, letter: Letter) -> bool:
        """Puts the letter back, and removes it once its target has it; whether that went well."""
        try:
            step = way.step(letter)
            step.act()
        except NotTakenError as error:
            print(f"{letter.message_id} stays: {printable(str(error))}", flush=True)
            return False
        self._box.remove(letter)
        print(f"{letter.message_id}: {step.says}", flush=True)
        return True


def _rehearsed(way: Way, letter: Letter) -> str:
    try:
        return f"would {way.step(letter).says}"
    except NotTakenError as error:
        return f"would stay: {printable(str(error))}"


def _tell_that_nothing_was_done() -> None:
    print("nothing was done; add --go to do it")


def _refuse_absent(only: Collection[str], found: Collection[str], letters: DeadLetters) -> None:
    if absent := sorted(set(only) - set(found)):
        raise OperationError(
            f"--only: {', '.join(absent)} is not among the letters of {letters.queue.name} that can be seen now; "
            "just dlq shows them"
        )
