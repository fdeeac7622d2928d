"""The engine's side of the protocol, over a real connection."""

from collections.abc import Sequence
from concurrent import futures
from types import TracebackType
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from local.provider.servicer import Provider
from local.provider.values import Properties, decoded, encoded

SERVICES = (
    "apigateway",
    "cloudwatch",
    "dynamodb",
    "events",
    "iam",
    "kms",
    "lambda",
    "logs",
    "s3",
    "sns",
    "sqs",
    "ssm",
    "sts",
)


def configuration(url: str, **others: str) -> Properties:
    """The provider's configuration for an emulator, as the engine sends it: JSON in strings."""
    pairs = ",".join(f'"{service}":"{url}"' for service in SERVICES)
    return {
        "region": "us-east-1",
        "accessKey": "test",
        "secretKey": "test",
        "endpoints": f"[{{{pairs}}}]",
        "skipCredentialsValidation": "true",
        "skipRequestingAccountId": "true",
        "skipMetadataApiCheck": "true",
        "s3UsePathStyle": "true",
        "allowedAccountIds": '["000000000000"]',
        **others,
    }


class EngineDouble:
    """Calls a provider as the engine does; every answer is plain data."""

    def __init__(self) -> None:
        self._server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
        self.provider = Provider()
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(self.provider, self._server)
        self._port = self._server.add_insecure_port("127.0.0.1:0")

    def __enter__(self) -> "EngineDouble":
        self._server.start()
        self._channel = grpc.insecure_channel(f"127.0.0.1:{self._port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.close()
        self._server.stop(None)

    def configure(self, properties: Properties) -> None:
        """Sends the configuration."""
        self.stub.Configure(provider_pb2.ConfigureRequest(args=encoded(properties)))

    def check(self, token: str, news: Properties) -> tuple[Properties, dict[str, str]]:
        """Checked inputs and the reasons by property."""
        answer = self.stub.Check(provider_pb2.CheckRequest(urn=urn(token), news=encoded(news)))
        return decoded(answer.inputs), {failure.property: failure.reason for failure in answer.failures}

    def checked(self, token: str, news: Properties) -> Properties:
        """Checked inputs, which must have no failure."""
        inputs, failures = self.check(token, news)
        assert not failures
        return inputs

    def diff(self, token: str, old: Properties, new: Properties, ignore: Sequence[str] = ()) -> Any:
        """The engine's diff answer between two sets of checked inputs."""
        request = provider_pb2.DiffRequest(
            urn=urn(token), id="id", olds=encoded(old), old_inputs=encoded(old), news=encoded(new), ignoreChanges=ignore
        )
        return self.stub.Diff(request)

    def create(self, token: str, inputs: Properties, *, preview: bool = False) -> tuple[str, Properties]:
        """Id and state of a new resource."""
        answer = self.stub.Create(
            provider_pb2.CreateRequest(urn=urn(token), properties=encoded(inputs), preview=preview)
        )
        return answer.id, decoded(answer.properties)

    def read(
        self, token: str, resource_id: str, state: Properties, inputs: Properties
    ) -> tuple[Properties, Properties] | None:
        """Inputs and state as they are now, None when gone."""
        answer = self.stub.Read(
            provider_pb2.ReadRequest(urn=urn(token), id=resource_id, properties=encoded(state), inputs=encoded(inputs))
        )
        return (decoded(answer.inputs), decoded(answer.properties)) if answer.id else None

    def update(
        self,
        token: str,
        resource_id: str,
        state: Properties,
        old: Properties,
        new: Properties,
        *,
        preview: bool = False,
    ) -> Properties:
        """The state after a change in place."""
        request = provider_pb2.UpdateRequest(
            urn=urn(token),
            id=resource_id,
            olds=encoded(state),
            old_inputs=encoded(old),
            news=encoded(new),
            preview=preview,
        )
        return decoded(self.stub.Update(request).properties)

    def delete(self, token: str, resource_id: str, state: Properties) -> None:
        """Removes a resource."""
        self.stub.Delete(provider_pb2.DeleteRequest(urn=urn(token), id=resource_id, properties=encoded(state)))


def urn(token: str) -> str:
    """A resource's name as the engine gives it."""
    return f"urn:pulumi:dev::data::{token}::sample"
