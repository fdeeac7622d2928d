"""Results and errors as the protocol carries them."""

from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf import any_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2

from local.provider.differences import Verdict
from local.provider.errors import Failure, PartlyCreatedError, ProviderError
from local.provider.values import encoded

KINDS = {
    ("add", False): provider_pb2.PropertyDiff.ADD,
    ("add", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("delete", False): provider_pb2.PropertyDiff.DELETE,
    ("delete", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    ("update", False): provider_pb2.PropertyDiff.UPDATE,
    ("update", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


def answered(context: grpc.ServicerContext, answer: Callable[[], Any]) -> Any:
    """What the function gives; a ProviderError becomes the call's error, without a traceback."""
    try:
        return answer()
    except PartlyCreatedError as error:
        detail = _detail(error)
        context.set_trailing_metadata((("grpc-status-details-bin", detail.SerializeToString()),))
        context.abort(grpc.StatusCode.UNKNOWN, str(error))
    except ProviderError as error:
        context.abort(grpc.StatusCode.UNKNOWN, str(error))


def _detail(error: PartlyCreatedError) -> status_pb2.Status:
    """The status that tells the engine to keep a resource whose creation failed."""
    detail = any_pb2.Any()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=error.resource_id,
            properties=encoded(error.properties),
            inputs=encoded(error.inputs),
            reasons=[str(error)],
        )
    )
    return status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error), details=[detail])


def diff_response(verdict: Verdict) -> provider_pb2.DiffResponse:
    """A verdict as the engine takes it."""
    some = provider_pb2.DiffResponse.DIFF_SOME if verdict.differences else provider_pb2.DiffResponse.DIFF_NONE
    return provider_pb2.DiffResponse(
        changes=some,
        replaces=verdict.replaces,
        diffs=sorted({entry.name for entry in verdict.differences}),
        deleteBeforeReplace=bool(verdict.replaces) and verdict.delete_first,
        hasDetailedDiff=True,
        detailedDiff={
            entry.path: provider_pb2.PropertyDiff(kind=KINDS[entry.kind, entry.replaces], inputDiff=True)
            for entry in verdict.differences
        },
    )


def check_failures(failures: list[Failure]) -> list[provider_pb2.CheckFailure]:
    """Failures as the engine takes them."""
    return [provider_pb2.CheckFailure(property=entry.property, reason=entry.reason) for entry in failures]
