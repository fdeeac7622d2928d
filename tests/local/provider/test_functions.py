"""The functions that programs call."""

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from local.provider.values import Properties, decoded
from tests.local.provider.engine_double import EngineDouble


def _invoke(engine: EngineDouble, token: str) -> Properties:
    return decoded(getattr(engine.stub.Invoke(provider_pb2.InvokeRequest(tok=token)), "return"))


def test_who_and_where_one_is(engine: EngineDouble) -> None:
    assert _invoke(engine, "aws:index/getCallerIdentity:getCallerIdentity")["accountId"] == "000000000000"
    assert _invoke(engine, "aws:index/getRegion:getRegion")["region"] == "us-east-1"
    assert _invoke(engine, "aws:index/getPartition:getPartition")["partition"] == "aws"


def test_another_function_is_refused(engine: EngineDouble) -> None:
    with pytest.raises(grpc.RpcError, match="has no function aws:ec2/getAmi:getAmi; it knows"):
        _invoke(engine, "aws:ec2/getAmi:getAmi")
