"""A creation that fails half-way leaves nothing, or says what it left."""

from dataclasses import replace
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, status_pb2

from local.provider import engine as making
from local.provider.errors import ProviderError
from local.provider.resources import TYPES
from local.provider.schema import Change, Part
from local.provider.session import Session
from local.provider.values import Properties, decoded
from tests.local.provider.engine_double import EngineDouble
from tests.local.provider.samples import TRUST

GROUP = "aws:cloudwatch/logGroup:LogGroup"
INPUTS: Properties = {"name": "/half/made", "retentionInDays": 7, "skipDestroy": False}


def _refuse(change: Change) -> None:
    change.session.client("logs").put_retention_policy(logGroupName="/not/there", retentionInDays=7)


def _keep(session: Session, state: Properties) -> None:
    raise ProviderError("it stays")


def _groups(engine: EngineDouble) -> list[Any]:
    return engine.provider.session.client("logs").describe_log_groups(logGroupNamePrefix="/half")["logGroups"]


def test_a_part_that_fails_undoes_the_creation(engine: EngineDouble) -> None:
    row = replace(TYPES[GROUP], parts=(Part(("retentionInDays",), _refuse),))
    with pytest.raises(ProviderError, match="completing aws:cloudwatch/logGroup:LogGroup 'sample': ResourceNotFound"):
        making.create(engine.provider.session, row, "sample", INPUTS)
    assert _groups(engine) == []


def test_what_could_not_be_undone_is_handed_to_the_engine(
    engine: EngineDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = replace(TYPES[GROUP], parts=(Part(("retentionInDays",), _refuse),), delete=_keep)
    monkeypatch.setitem(TYPES, GROUP, row)
    with pytest.raises(grpc.RpcError) as caught:
        engine.create(GROUP, INPUTS)
    metadata = dict(caught.value.trailing_metadata())
    status = status_pb2.Status.FromString(metadata["grpc-status-details-bin"])
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    assert (detail.id, decoded(detail.inputs)) == ("/half/made", INPUTS)
    monkeypatch.undo()
    engine.delete(GROUP, "/half/made", INPUTS)
    assert _groups(engine) == []


def test_an_error_of_aws_names_the_resource_and_the_code(engine: EngineDouble) -> None:
    inputs = engine.checked("aws:iam/role:Role", {"name": "twice", "assumeRolePolicy": TRUST})
    made, state = engine.create("aws:iam/role:Role", inputs)
    with pytest.raises(grpc.RpcError, match="creating aws:iam/role:Role 'sample': EntityAlreadyExists"):
        engine.create("aws:iam/role:Role", inputs)
    engine.delete("aws:iam/role:Role", made, state)


def test_an_import_is_refused_with_a_reason(engine: EngineDouble) -> None:
    with pytest.raises(grpc.RpcError, match="can't import"):
        engine.read("aws:iam/role:Role", "someone", {}, {})
    with pytest.raises(grpc.RpcError, match="can't import"):
        engine.stub.GetSchema(provider_pb2.GetSchemaRequest())
