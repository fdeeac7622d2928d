"""A write tells whether its condition was true; what it does not tell is an error."""

import pytest
from botocore.exceptions import ClientError

from services.common.conditional_write import written


def refuse(code: str):
    def write(**request: object) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "UpdateItem")

    return write


@pytest.mark.requirement("ALL-14")
def test_a_false_condition_is_told_apart_from_a_write_that_nobody_knows_of():
    assert written(dict, TableName="t") is True
    assert written(refuse("ConditionalCheckFailedException"), TableName="t") is False
    with pytest.raises(ClientError, match="ThrottlingException"):
        written(refuse("ThrottlingException"), TableName="t")


def test_the_request_reaches_the_write():
    seen: list[dict[str, object]] = []
    written(lambda **request: seen.append(request), TableName="t", Key={"id": {"S": "1"}})
    assert seen == [{"TableName": "t", "Key": {"id": {"S": "1"}}}]
