"""What a function does with the customer-managed keys of its system, from what its description says it uses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.contract import noun
from shared.model import Ciphertext, Function, Index, Key, System, Table, Topic
from shared.naming import Naming
from shared.policy_document import Statement, statement_id

DECRYPT = ("kms:Decrypt",)
# SNS encrypts what a publisher sends in the publisher's name.
ENCRYPT_AND_DECRYPT = ("kms:Decrypt", "kms:GenerateDataKey")

SecretContext = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A use of a key that is bound to what it encrypts: by an encryption context, and to the service in between.

    `encrypted` is None for the function's own environment.
    """

    key: Key
    purpose: str
    actions: tuple[str, ...]
    context: Mapping[str, str]
    service: str | None = None
    encrypted: Ciphertext | Table | Topic | None = None

    def statement(self, naming: Naming, key_arn: str) -> Statement:
        """The grant; KMS takes the ARN of a key, never of an alias."""
        conditions = {f"kms:EncryptionContext:{name}": value for name, value in self.context.items()}
        if self.service:
            conditions["kms:ViaService"] = via_service(naming, self.service)
        return Statement(
            sid=self.purpose, actions=self.actions, resources=(key_arn,), conditions={"StringEquals": conditions}
        )


def via_service(naming: Naming, service: str) -> str:
    """How KMS names a service that uses a key on somebody's behalf."""
    return f"{service}.{naming.region}.amazonaws.com"


def secret_context(environment: str, system: System, ciphertext: Ciphertext) -> SecretContext:
    """What binds a ciphertext to its place: it decrypts nowhere else. The handlers know the same."""
    return {"environment": environment, "system": system.name, "secret": ciphertext.name}


def key_uses(naming: Naming, environment: str, system: System, function: Function) -> Iterator[KeyUse]:
    """All that the function does with keys: once for its environment, each secret, each table and each topic."""
    if key := function.environment_key:
        context = {"aws:lambda:FunctionArn": naming.arn(function)}
        yield KeyUse(key, statement_id("decrypts", "environment"), DECRYPT, context)
    for target in dict.fromkeys(_encrypted(use.target) for use in function.accesses):
        match target:
            case Ciphertext(key=key):
                context = secret_context(environment, system, target)
                yield KeyUse(key, statement_id("decrypts", noun(target)), DECRYPT, context, encrypted=target)
            case Table(key=Key() as key):
                context = {"aws:dynamodb:tableName": naming.name(target)}
                yield KeyUse(key, statement_id("decrypts", noun(target)), DECRYPT, context, "dynamodb", target)
            case Topic(key=Key() as key):
                context = {"aws:sns:topicArn": naming.arn(target)}
                yield KeyUse(key, statement_id("encrypts", noun(target)), ENCRYPT_AND_DECRYPT, context, "sns", target)
            case _:
                pass


def _encrypted(target: object) -> object:
    return target.table if isinstance(target, Index) else target
