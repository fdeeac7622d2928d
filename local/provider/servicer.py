"""The resource provider protocol over gRPC."""

from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import errors_pb2, plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from local.provider import checking, configuration, differences, engine, invokes, reading
from local.provider.errors import Failure, PartlyCreatedError, ProviderError
from local.provider.resources import TYPES
from local.provider.schema import ResourceType
from local.provider.session import Session
from local.provider.values import UNKNOWN, Properties, contains_unknown, decoded, encoded

VERSION = "7.51.1"
NO_IMPORT = "The local provider can't import or look up resources: its emulator starts empty. Create them with a program."

KINDS = {
    ("add", False): provider_pb2.PropertyDiff.ADD,
    ("add", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("delete", False): provider_pb2.PropertyDiff.DELETE,
    ("delete", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    ("update", False): provider_pb2.PropertyDiff.UPDATE,
    ("update", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """One configured provider; each method is one call of the engine."""

    def __init__(self) -> None:
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The configured session."""
        if self._session is None:
            raise ProviderError("The local provider was called before it was configured.")
        return self._session

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.ProviderHandshakeResponse:  # noqa: ARG002, N802
        """Tells the engine to send secrets as plain values, which it marks again itself."""
        return provider_pb2.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:  # noqa: ARG002, N802
        """The version of the provider that this one stands in for."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.GetSchemaResponse:  # noqa: ARG002, N802
        """Asked for by imports alone."""
        context.abort(grpc.StatusCode.UNIMPLEMENTED, NO_IMPORT)
        raise AssertionError

    def CheckConfig(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:  # noqa: ARG002, N802
        """Refuses unknown properties and endpoints elsewhere than on loopback."""
        failures = configuration.failures(decoded(request.news))
        return provider_pb2.CheckResponse(inputs=request.news, failures=_failures(failures))

    def DiffConfig(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:  # noqa: ARG002, N802
        """Another configuration never replaces resources: the port may change with each start of the emulator."""
        same = decoded(request.old_inputs) == decoded(request.news)
        changes = provider_pb2.DiffResponse.DIFF_NONE if same else provider_pb2.DiffResponse.DIFF_SOME
        return provider_pb2.DiffResponse(changes=changes)

    def Configure(self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext) -> provider_pb2.ConfigureResponse:  # noqa: N802
        """Takes the configuration; the account is looked up, and compared with the allowed ones, when first needed."""

        def configured() -> provider_pb2.ConfigureResponse:
            properties = {name.rpartition(":")[2]: value for name, value in request.variables.items()}
            self._session = Session(configuration.parsed({**properties, **decoded(request.args)}))
            return provider_pb2.ConfigureResponse(supportsPreview=True)

        return _answered(context, configured)

    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:  # noqa: N802
        """The few functions that programs call."""
        return _answered(
            context,
            lambda: provider_pb2.InvokeResponse(
                **{"return": encoded(invokes.invoked(self.session, request.tok, decoded(request.args)))}
            ),
        )

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:  # noqa: N802
        """Inputs with defaults, and every property that is wrong."""

        def checked() -> provider_pb2.CheckResponse:
            inputs, failures = checking.checked(self.session, _row(request.urn), decoded(request.news))
            return provider_pb2.CheckResponse(inputs=encoded(inputs), failures=_failures(failures))

        return _answered(context, checked)

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:  # noqa: N802
        """What differs, and whether it replaces."""

        def compared() -> provider_pb2.DiffResponse:
            old = decoded(request.old_inputs) or decoded(request.olds)
            ignored = tuple(request.ignoreChanges)
            return _verdict(differences.compared(_row(request.urn), old, decoded(request.news), ignored))

        return _answered(context, compared)

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:  # noqa: N802
        """Makes the resource, or says what making it would give."""

        def created() -> provider_pb2.CreateResponse:
            row, inputs = _row(request.urn), decoded(request.properties)
            if request.preview:
                made = reading.expected_id(self.session, row, inputs)
                state = reading.expected(self.session, row, inputs)
            else:
                made, state = engine.create(self.session, row, _name(request.urn), _known(row, inputs))
            return provider_pb2.CreateResponse(id="" if made == UNKNOWN else made, properties=encoded(state))

        return _answered(context, created)

    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:  # noqa: N802
        """The resource as it is now; an empty answer when it is gone."""

        def found() -> provider_pb2.ReadResponse:
            state = decoded(request.properties)
            if not state:
                raise ProviderError(NO_IMPORT)
            row, old = _row(request.urn), decoded(request.inputs) or state
            now = engine.refreshed(self.session, row, _name(request.urn), request.id, state, old)
            if now is None:
                return provider_pb2.ReadResponse()
            inputs, properties = now
            return provider_pb2.ReadResponse(id=request.id, inputs=encoded(inputs), properties=encoded(properties))

        return _answered(context, found)

    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:  # noqa: N802
        """Changes the resource in place, or says what that would give."""

        def updated() -> provider_pb2.UpdateResponse:
            row, state, new = _row(request.urn), decoded(request.olds), decoded(request.news)
            old = decoded(request.old_inputs) or state
            if request.preview:
                return provider_pb2.UpdateResponse(properties=encoded(reading.expected_change(row, state, old, new)))
            new = _known(row, new)
            changed = engine.update(self.session, row, _name(request.urn), request.id, state, old, new)
            return provider_pb2.UpdateResponse(properties=encoded(changed))

        return _answered(context, updated)

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802
        """Removes the resource."""

        def deleted() -> empty_pb2.Empty:
            engine.delete(
                self.session, _row(request.urn), _name(request.urn), request.id, decoded(request.properties)
            )
            return empty_pb2.Empty()

        return _answered(context, deleted)

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: ARG002, N802
        """Nothing is held that would need an end: each call to the emulator is short."""
        return empty_pb2.Empty()


def _answered(context: grpc.ServicerContext, answer: Callable[[], Any]) -> Any:
    try:
        return answer()
    except PartlyCreatedError as error:
        detail = errors_detail(error)
        context.set_trailing_metadata((("grpc-status-details-bin", detail.SerializeToString()),))
        context.abort(grpc.StatusCode.UNKNOWN, str(error))
    except ProviderError as error:
        context.abort(grpc.StatusCode.UNKNOWN, str(error))


def errors_detail(error: PartlyCreatedError) -> status_pb2.Status:
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


def _verdict(verdict: differences.Verdict) -> provider_pb2.DiffResponse:
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


def _known(row: ResourceType, inputs: Properties) -> Properties:
    unknown = sorted(name for name, value in inputs.items() if contains_unknown(value))
    if unknown:
        raise ProviderError(f"{row.token}: the engine sent no value for {', '.join(unknown)}.")
    return inputs


def _row(urn: str) -> ResourceType:
    token = urn.split("::")[2].rpartition("$")[2]
    if token not in TYPES:
        raise ProviderError(
            f"The local provider has no {token} yet. It knows {len(TYPES)} types; local/provider/README.md tells how to "
            "add one."
        )
    return TYPES[token]


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _failures(failures: list[Failure]) -> list[provider_pb2.CheckFailure]:
    return [provider_pb2.CheckFailure(property=entry.property, reason=entry.reason) for entry in failures]
