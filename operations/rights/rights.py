"""All statements of a function's role, each in words and with the lines that it follows from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from operations.rights.deeds import deed, forbidden_deed
from operations.rights.description_source import DescriptionSource
from operations.rights.reason import Reason, rule_of_library
from shared import grants, key_use
from shared.denials import denied
from shared.key_use import KeyUse, key_uses
from shared.model import Access, Ciphertext, DeadLetterQueue, Function, Index, Key, OnQueue, OnStream, System, Use
from shared.model import function as function_model
from shared.naming import Naming
from shared.policy_document import Statement


@dataclass(frozen=True, slots=True)
class Right:
    """A statement, what it lets the function do or keeps it from, and why the role has it."""

    deed: str
    statement: Statement
    reasons: tuple[Reason, ...]


class Rights:
    """What one function of an environment may do and must never do; `key_arn` tells the ARNs that KMS mints."""

    def __init__(
        self,
        naming: Naming,
        environment: str,
        system: System,
        function: Function,
        *,
        source: DescriptionSource,
        key_arn: Callable[[Key], str],
    ) -> None:
        self._key_arn = key_arn
        self._naming = naming
        self._environment = environment
        self._system = system
        self._function = function
        self._source = source

    def granted(self) -> Iterator[Right]:
        """What it may do: by its uses, by what runs it, by what becomes of its results, and by the library's rules."""
        function = self._function
        for use, reason in self._uses():
            if not isinstance(use.target, Ciphertext):
                yield self._right(use, reason)
        if function.on_success:
            yield self._right(Use(Access.PUBLISHES, function.on_success), self._source.argument(function, "on_success"))
        for trigger, reason in self._triggers():
            match trigger:
                case OnStream(table=table):
                    yield self._right(Use(Access.READS_STREAM, table), reason)
                case OnQueue(queue=queue):
                    yield self._right(Use(Access.RECEIVES, queue), reason)
                case _:
                    pass
        for queue in function.failure_queues:
            yield self._right(Use(Access.SENDS, queue), *self._failures(queue))
        for use in key_uses(self._naming, self._environment, self._system, function):
            yield self._of_key(use)
        yield from self._of_every_function()

    def denied(self) -> Iterator[Right]:
        """What it must never do, whatever it is granted."""
        denials = self._function.denies
        for place, denial in enumerate(denials):
            reason = self._source.element(self._function, "denies", place, len(denials))
            yield Right(forbidden_deed(denial), denied(self._naming, denial), (reason,))

    def _right(self, use: Use, *reasons: Reason) -> Right:
        return Right(deed(use), grants.granted_for(self._naming, self._system, use), reasons)

    def _uses(self) -> Iterator[tuple[Use, Reason]]:
        uses = self._function.uses
        for place, use in enumerate(uses):
            yield use, self._source.element(self._function, "uses", place, len(uses))

    def _triggers(self) -> Iterator[tuple[object, Reason]]:
        triggers = self._function.triggers
        for place, trigger in enumerate(triggers):
            yield trigger, self._source.element(self._function, "triggers", place, len(triggers))

    def _failures(self, queue: DeadLetterQueue) -> Iterator[Reason]:
        """What runs the function in a way in which failures would be lost, and the rule that keeps them."""
        of_streams = queue == self._function.stream_failure_queue
        for trigger, reason in self._triggers():
            if isinstance(trigger, OnStream) if of_streams else not isinstance(trigger, OnStream | OnQueue):
                yield reason
        if self._function.asynchronous and not of_streams:
            yield self._source.argument(self._function, "asynchronous")
        rule = "stream_failure_queue" if of_streams else "failure_queue"
        yield rule_of_library(function_model, rule, "what fails to the last is kept")

    def _of_key(self, use: KeyUse) -> Right:
        rule = rule_of_library(key_use, "key_uses", "whoever uses what a key encrypts uses the key")
        statement = use.statement(self._naming, self._key_arn(use.key))
        if use.encrypted is None:
            said = self._source.argument(self._function, "environment_key")
            return Right("decrypt its own environment", statement, (said, rule))
        uses = [reason for used, reason in self._uses() if _whole(used.target) == use.encrypted]
        if use.encrypted == self._function.on_success:
            uses.append(self._source.argument(self._function, "on_success"))
        uses += [
            reason
            for trigger, reason in self._triggers()
            if isinstance(trigger, OnStream) and trigger.table == use.encrypted
        ]
        verb = "encrypt and decrypt" if len(use.actions) > 1 else "decrypt"
        return Right(f"{verb} what {use.encrypted.name} holds", statement, (*uses, rule))

    def _of_every_function(self) -> Iterator[Right]:
        if any(self._function.streams):
            listing = rule_of_library(grants, "LISTS_STREAMS", "Lambda looks for the stream by listing all")
            reasons = [reason for trigger, reason in self._triggers() if isinstance(trigger, OnStream)]
            yield Right("list streams", grants.LISTS_STREAMS, (*reasons, listing))
        own_log = grants.logs(self._naming, self._function)
        yield Right("write its own log", own_log, (rule_of_library(grants, "logs", "every function logs"),))
        traced = rule_of_library(grants, "TRACES", "every function is traced")
        yield Right("send its traces", grants.TRACES, (traced,))


def _whole(target: object) -> object:
    return target.table if isinstance(target, Index) else target
