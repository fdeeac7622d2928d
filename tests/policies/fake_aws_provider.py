"""A provider that accepts every resource and makes none: the engine needs one before it asks the policies."""

import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

MADE = {
    "arn": "arn:aws:sqs:us-east-1:123456789012:orders-dev",
    "url": "https://sqs.us-east-1.amazonaws.com/123456789012/orders-dev",
}


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Takes inputs as they are; a created resource has an ARN, which is not known before."""

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.DiffResponse()

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version=version("pulumi-aws"))

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        response = provider_pb2.CreateResponse(id="it", properties=request.properties)
        made = dict.fromkeys(("arn", "url"), UNKNOWN_STRING_VALUE) if request.preview else MADE
        response.properties.update(made)
        return response

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        return empty_pb2.Empty()


def main() -> None:
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(), server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    server.wait_for_termination()


main()
