"""Encoding only what changed yields what encoding everything would, however an item was changed."""

import pytest

from tests.local.emulator.interpreter import run

_BEGIN = """
import asyncio, json
from local.emulator.encoding import encode
from local.emulator.gaps.mappings import stream_records
from local.emulator.ministack import load
from local.emulator.saving import Copies
from local.emulator.table_json import TableJson

stream_records.close(None)
service, persistence, tables = load("services.dynamodb"), load("core.persistence"), TableJson()
copies = service.copy = Copies()
HEADERS = {"content-type": "application/x-amz-json-1.0"}

def call(action, **parameters):
    headers = HEADERS | {"x-amz-target": f"DynamoDB_20120810.{action}"}
    answer = asyncio.run(service.handle_request("POST", "/", headers, json.dumps(parameters).encode(), {}))
    assert answer[0] == 200, answer

def create():
    call("CreateTable", TableName="rows", BillingMode="PAY_PER_REQUEST",
         AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("p", "s")],
         KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
         StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})

def key(sort, partition="a"):
    return {"p": {"S": partition}, "s": {"S": sort}}

def encoded(state):
    return json.loads(encode(2, state, persistence._json_default))

def whole():
    with copies.omitted():
        return service.get_state()

def check():
    state = whole()
    tables.put_into(state)
    assert encoded(state) == encoded(whole()), (encoded(state), encoded(whole()))

create()
for partition in "ab":
    for sort in "123":
        call("PutItem", TableName="rows", Item=key(sort, partition))
check()
before = encoded(whole())
"""
_UPDATE = "UpdateExpression='SET n = :n', ExpressionAttributeValues={':n': {'N': '1'}}"


@pytest.mark.parametrize(
    "change",
    [
        "call('PutItem', TableName='rows', Item=key('1') | {'n': {'N': '1'}})",
        "call('PutItem', TableName='rows', Item=key('é', 'new'))",
        f"call('UpdateItem', TableName='rows', Key=key('1'), {_UPDATE})",
        "call('DeleteItem', TableName='rows', Key=key('2'))",
        "[call('DeleteItem', TableName='rows', Key=key(sort)) for sort in '123']",
        "call('BatchWriteItem', RequestItems={'rows': [{'PutRequest': {'Item': key('4')}},"
        " {'DeleteRequest': {'Key': key('1')}}]})",
        f"call('TransactWriteItems', TransactItems=[{{'Update': dict(TableName='rows', Key=key('1'), {_UPDATE})}}])",
        "call('ExecuteStatement', Statement=\"UPDATE rows SET n = 1 WHERE p = 'a' AND s = '1'\")",
        "call('ExecuteStatement', Statement=\"DELETE FROM rows WHERE p = 'a' AND s = '1'\")",
        "call('DeleteTable', TableName='rows')",
        "call('DeleteTable', TableName='rows'); create(); call('PutItem', TableName='rows', Item=key('9'))",
        "table = service._tables['rows']; table['items'] = type(table['items'])(dict, {'c': {'1': key('1', 'c')}});"
        " service._items_replaced(table)",
    ],
)
def test_what_is_encoded_after_a_change_is_the_whole_state(change: str) -> None:
    assert run(_BEGIN + f"{change}\ncheck()\nprint(encoded(whole()) != before)") == "True"


def test_what_was_not_changed_is_not_encoded_again() -> None:
    said = run(
        _BEGIN + "from local.emulator import table_json\n"
        "done = []\n"
        "table_json.dumps, dumps = lambda value: done.append(value) or dumps(value), table_json.dumps\n"
        "check()\n"
        "print([value for value in done if 'p' in value])\n"
        "call('PutItem', TableName='rows', Item=key('1') | {'n': {'N': '1'}})\n"
        "check()\n"
        "print([value['n']['N'] for value in done if 'p' in value], sum('eventID' in value for value in done))\n"
    )
    assert said == "[]\n['1'] 1"


def test_an_item_that_can_not_be_encoded_spoils_only_the_save_it_is_in() -> None:
    said = run(
        _BEGIN + "service._set_item(service._tables['rows'], 'b', '2', {'n': b'bytes'})\n"
        "call('PutItem', TableName='rows', Item=key('1') | {'n': {'N': '1'}})\n"
        "try:\n    check()\nexcept TypeError as problem:\n    print(problem)\n"
        "call('DeleteItem', TableName='rows', Key=key('2', 'b'))\n"
        "service._stream_records.clear()\n"
        "check()\n"
    )
    assert said == "Type is not JSON serializable: bytes"
