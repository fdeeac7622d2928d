"""The resource provider protocol over gRPC."""

from importlib.metadata import version
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from local.provider import checking, configuration, differences, engine, invokes, reading
from local.provider.answers import answered, check_failures, diff_response
from local.provider.errors import ProviderError
from local.provider.resources import TYPES
from local.provider.schema import ResourceType
from local.provider.session import Session
from local.provider.values import UNKNOWN, Properties, contains_unknown, decoded, encoded

# The protocol's own method names are not Python's, and each takes a context.
# ruff: noqa: N802
NO_IMPORT = (
    "The local provider can't import or look up resources: its emulator starts empty. Create them with a program."
)


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

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.ProviderHandshakeResponse:
        """Tells the engine to send secrets as plain values, which it marks again itself."""
        return provider_pb2.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """The version of the provider that this one stands in for."""
        return plugin_pb2.PluginInfo(version=version("pulumi-aws"))

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.GetSchemaResponse:
        """Asked for by imports alone."""
        context.abort(grpc.StatusCode.UNIMPLEMENTED, NO_IMPORT)
        raise AssertionError

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Refuses unknown properties and endpoints elsewhere than on loopback."""
        failures = configuration.failures(decoded(request.news))
        return provider_pb2.CheckResponse(inputs=request.news, failures=check_failures(failures))

    def DiffConfig(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Another configuration never replaces resources: the port may change with each start of the emulator."""
        same = decoded(request.old_inputs) == decoded(request.news)
        changes = provider_pb2.DiffResponse.DIFF_NONE if same else provider_pb2.DiffResponse.DIFF_SOME
        return provider_pb2.DiffResponse(changes=changes)

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Takes the configuration, and asks for the account when only some are allowed."""

        def configured() -> provider_pb2.ConfigureResponse:
            properties = {name.rpartition(":")[2]: value for name, value in request.variables.items()}
            session = Session(configuration.parsed({**properties, **decoded(request.args)}))
            session.require_allowed_account()
            self._session = session
            return provider_pb2.ConfigureResponse(supportsPreview=True)

        return answered(context, configured)

    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:
        """The few functions that programs call."""
        return answered(
            context,
            lambda: _returning(invokes.invoked(self.session, request.tok, decoded(request.args))),
        )

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        """Inputs with defaults, and every property that is wrong."""

        def checked() -> provider_pb2.CheckResponse:
            inputs, failures = checking.checked(self.session, _row(request.urn), decoded(request.news))
            return provider_pb2.CheckResponse(inputs=encoded(inputs), failures=check_failures(failures))

        return answered(context, checked)

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """What differs, and whether it replaces."""

        def compared() -> provider_pb2.DiffResponse:
            old = decoded(request.old_inputs) or decoded(request.olds)
            ignored = tuple(request.ignoreChanges)
            return diff_response(differences.compared(_row(request.urn), old, decoded(request.news), ignored))

        return answered(context, compared)

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        """Makes the resource, or says what making it would give."""

        def created() -> provider_pb2.CreateResponse:
            row, inputs = _row(request.urn), decoded(request.properties)
            if request.preview:
                made = reading.expected_id(self.session, row, inputs)
                state = reading.expected(self.session, row, inputs)
            else:
                made, state = engine.create(self.session, row, _name(request.urn), _known(row, inputs))
            return provider_pb2.CreateResponse(id="" if made == UNKNOWN else made, properties=encoded(state))

        return answered(context, created)

    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        """The resource as it is now; an empty answer when it is gone."""

        def found() -> provider_pb2.ReadResponse:
            state = decoded(request.properties)
            if not state:
                raise ProviderError(NO_IMPORT)
            row, old = _row(request.urn), decoded(request.inputs) or state
            now = engine.refreshed(self.session, row, _name(request.urn), request.id, state=state, old=old)
            if now is None:
                return provider_pb2.ReadResponse()
            inputs, properties = now
            return provider_pb2.ReadResponse(id=request.id, inputs=encoded(inputs), properties=encoded(properties))

        return answered(context, found)

    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        """Changes the resource in place, or says what that would give."""

        def updated() -> provider_pb2.UpdateResponse:
            row, state, new = _row(request.urn), decoded(request.olds), decoded(request.news)
            old = decoded(request.old_inputs) or state
            if request.preview:
                return provider_pb2.UpdateResponse(properties=encoded(reading.expected_change(row, state, old, new)))
            new = _known(row, new)
            changed = engine.update(self.session, row, _name(request.urn), request.id, state=state, old=old, new=new)
            return provider_pb2.UpdateResponse(properties=encoded(changed))

        return answered(context, updated)

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Removes the resource."""

        def deleted() -> empty_pb2.Empty:
            engine.delete(self.session, _row(request.urn), _name(request.urn), request.id, decoded(request.properties))
            return empty_pb2.Empty()

        return answered(context, deleted)

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Nothing is held that would need an end: each call to the emulator is short."""
        return empty_pb2.Empty()


def _returning(result: Properties) -> provider_pb2.InvokeResponse:
    response = provider_pb2.InvokeResponse()
    # The field's name is a word of Python.
    getattr(response, "return").CopyFrom(encoded(result))
    return response


def _known(row: ResourceType, inputs: Properties) -> Properties:
    unknown = sorted(name for name, value in inputs.items() if contains_unknown(value))
    if unknown:
        raise ProviderError(f"{row.pulumi_type}: the engine sent no value for {', '.join(unknown)}.")
    return inputs


def _row(urn: str) -> ResourceType:
    token = urn.split("::")[2].rpartition("$")[2]
    if token not in TYPES:
        raise ProviderError(
            f"The local provider has no {token} yet. It knows {len(TYPES)} types; local/provider/README.md tells how "
            "to add one."
        )
    return TYPES[token]


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
