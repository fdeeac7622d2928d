"""Physical names and ARNs of all elements, computed by the same rule for who makes them and who is granted them."""

from dataclasses import dataclass
from functools import singledispatchmethod

from shared.model import (
    Api,
    Bucket,
    DeadLetterQueue,
    EventBus,
    Function,
    Index,
    Key,
    Objects,
    OnEvent,
    OnSchedule,
    Queue,
    Role,
    SecretParameter,
    System,
    Table,
    Topic,
)

Named = Api | Bucket | DeadLetterQueue | EventBus | Function | OnEvent | OnSchedule | Queue | Role | Table | Topic


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of one environment in one account and region."""

    suffix: str
    region: str
    account_id: str
    partition: str = "aws"

    def name(self, element: Named) -> str:
        """Physical name: the element's own, then the environment's suffix."""
        return self.suffixed(element.name)

    def suffixed(self, name: str) -> str:
        return f"{name}-{self.suffix}"

    def parameter_name(self, system: System, secret: SecretParameter) -> str:
        return f"/{system.name}/{self.suffixed(secret.name)}"

    def key_alias(self, key: Key) -> str:
        return f"alias/{self.suffixed(key.name)}"

    def function_log_group(self, function: Function) -> str:
        return f"/aws/lambda/{self.name(function)}"

    def access_log_group(self, api: Api) -> str:
        return f"/aws/apigateway/{self.name(api)}"

    def log_group_arn(self, log_group: str) -> str:
        return self._arn("logs", f"log-group:{log_group}")

    def parameter_arn(self, system: System, secret: SecretParameter) -> str:
        return self._arn("ssm", f"parameter{self.parameter_name(system, secret)}")

    def stream_arn(self, table: Table, label: str) -> str:
        """ARN of a table's stream; the label is minted by DynamoDB."""
        return f"{self.arn(table)}/stream/{label}"

    def queue_url(self, queue: Queue | DeadLetterQueue) -> str:
        return f"https://sqs.{self.region}.amazonaws.com/{self.account_id}/{self.name(queue)}"

    def invoke_arn(self, function: Function) -> str:
        """What an API's integration calls to invoke the function."""
        return (
            f"arn:{self.partition}:apigateway:{self.region}:lambda:path/2015-03-31/functions/"
            f"{self.arn(function)}/invocations"
        )

    def execution_arn(self, api_id: str, stage: str, method: str, path: str) -> str:
        """ARN of one method of a deployed API, as an invocation's source."""
        return self._arn("execute-api", f"{api_id}/{stage}/{method}{path}")

    @singledispatchmethod
    def arn(self, element: object) -> str:
        """ARN of an element whose ARN holds nothing that AWS mints."""
        raise TypeError(f"no ARN is known for {element!r}")

    @arn.register
    def _(self, element: Table) -> str:
        return self._arn("dynamodb", f"table/{self.name(element)}")

    @arn.register
    def _(self, element: Index) -> str:
        return f"{self.arn(element.table)}/index/{element.name}"

    @arn.register
    def _(self, element: Bucket) -> str:
        # Bucket names are global: their ARNs bear no region and no account.
        return f"arn:{self.partition}:s3:::{self.name(element)}"

    @arn.register
    def _(self, element: Objects) -> str:
        return f"{self.arn(element.bucket)}/{element.prefix}*"

    @arn.register
    def _(self, element: EventBus) -> str:
        return self._arn("events", f"event-bus/{self.name(element)}")

    @arn.register
    def _(self, element: OnEvent) -> str:
        return self._arn("events", f"rule/{self.name(element.bus)}/{self.name(element)}")

    @arn.register
    def _(self, element: Queue) -> str:
        return self._arn("sqs", self.name(element))

    @arn.register
    def _(self, element: DeadLetterQueue) -> str:
        return self._arn("sqs", self.name(element))

    @arn.register
    def _(self, element: Topic) -> str:
        return self._arn("sns", self.name(element))

    @arn.register
    def _(self, element: Function) -> str:
        return self._arn("lambda", f"function:{self.name(element)}")

    @arn.register
    def _(self, element: Role) -> str:
        # IAM is global: its ARNs bear no region.
        return f"arn:{self.partition}:iam::{self.account_id}:role/{self.name(element)}"

    @arn.register
    def _(self, element: OnSchedule) -> str:
        return self._arn("events", f"rule/{self.name(element)}")

    def _arn(self, service: str, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"
