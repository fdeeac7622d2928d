"""What is saved reads back as what the standard library would have saved, whatever it holds."""

from pathlib import Path

import pytest

from local.emulator import Endpoint, stop
from tests.local.emulator.cloud import Cloud
from tests.local.emulator.interpreter import run

_BEGIN = """
import json, sys
from collections import defaultdict
from local.emulator import encoding
from local.emulator.ministack import load
persistence, dictionaries = load("core.persistence"), load("core.responses")

def saved(state):
    return encoding.encode(2, state, persistence._json_default)

def by_the_standard_library(state):
    return json.dumps({"__ministack_format__": 2, "payload": state}, default=persistence._json_default)

def read(content):
    return json.loads(content, object_hook=persistence._json_object_hook)

def same(state):
    return repr(read(saved(state))) == repr(read(by_the_standard_library(state)))

def scoped(value):
    tables = dictionaries.AccountRegionScopedDict()
    tables["orders"] = value
    tables["key", "pair"] = value
    return {"tables": tables, "more": [value]}
"""


@pytest.mark.parametrize(
    "value",
    [
        "{'text': 'é € 😀 \\x00 \\u2028'}",
        "'\\ud800'",
        "b'bytes'",
        "{'body': b'bytes'}",
        "2 ** 64",
        "-2 ** 63",
        "[1.0, 0.1, 1e300, -0.0, 5e-324]",
        "(1, None, True)",
        "{1: 'a', 2.5: 'b', None: 'c', True: 'd'}",
        "defaultdict(dict, {'partition': {'sort': {'N': '1'}}})",
        "dictionaries.AccountRegionScopedDict()",
        "dictionaries.AccountScopedDict.from_dict({('1', ('a', 2)): b'bytes'})",
        "{'nested': scoped(b'bytes')}",
        "[[]] + [[[]]]",
        "eval('[' * 80 + ']' * 80)",
        "json.loads('[' * 300 + ']' * 300)",
    ],
)
def test_every_kind_of_value_reads_back_as_from_the_standard_library(value: str) -> None:
    assert run(_BEGIN + f"print(same(scoped({value})))") == "True"


@pytest.mark.parametrize("value", ["{1}", "__import__('datetime').datetime(2026, 1, 1)", "{'key': object()}"])
def test_what_the_standard_library_refuses_is_refused(value: str) -> None:
    assert "is not JSON serializable" in run(_BEGIN + f"saved(scoped({value}))")


def test_the_state_of_every_service_reads_back_and_the_large_ones_at_orjsons_speed(
    state: Path, endpoint: Endpoint
) -> None:
    cloud = Cloud(endpoint)
    cloud.client("dynamodb").create_table(
        TableName="events",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "B"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    cloud.client("dynamodb").put_item(TableName="events", Item={"id": {"B": b"\0\xff"}, "n": {"N": "1" * 38}})
    url, _ = cloud.queue()
    cloud.client("sqs").send_message(
        QueueUrl=url, MessageBody="é", MessageAttributes={"a": {"DataType": "Binary", "BinaryValue": b"\0\xff"}}
    )
    cloud.invoke(cloud.function("def handler(*_): print('é')"))
    cloud.client("kms").create_key()
    stop(state)
    said = run(
        _BEGIN
        + f"""
persistence.PERSIST_STATE, persistence.STATE_DIR = True, {str(state / "aws")!r}
import pathlib
for file in sorted(pathlib.Path(persistence.STATE_DIR).glob("*.json")):
    state = persistence.load_state(file.stem)
    assert same(state), file.stem
    encoding.json = None
    saved(state) if file.stem in ("dynamodb", "sqs", "cloudwatch_logs", "lambda") else None
    encoding.json = json
    print(file.stem)
"""
    )
    assert {"dynamodb", "iam", "kms", "lambda", "sqs", "cloudwatch_logs"} <= set(said.splitlines()), said
    assert "Error" not in said
