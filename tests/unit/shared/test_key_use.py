"""What functions do with their systems' keys."""

import pytest

from shared.key_use import DECRYPT, ENCRYPT_AND_DECRYPT, key_uses
from shared.model import Function, OnStream, StreamView, Table, queries, string
from shared.model.table import IndexKey
from tests.unit.shared import samples
from tests.unit.shared.samples import NAMING

KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/1"


def conditions(function: Function) -> dict[str, dict[str, str]]:
    """The conditions of each statement, by what it is for."""
    uses = key_uses(NAMING, "unit", samples.shop, function)
    said = [use.statement(NAMING, KEY_ARN).document() for use in uses]
    assert all(one["Resource"] == [KEY_ARN] for one in said)
    return {str(one["Sid"]): one["Condition"]["StringEquals"] for one in said}  # pyright: ignore[reportIndexIssue]


@pytest.mark.requirement("ALL-3", "ALL-13")
def test_each_use_is_bound_to_what_is_encrypted_and_to_the_service_in_between() -> None:
    assert conditions(samples.courier) == {
        "DecryptsEnvironment": {"kms:EncryptionContext:aws:lambda:FunctionArn": NAMING.arn(samples.courier)},
        "DecryptsCourierTokenCiphertext": {
            "kms:EncryptionContext:environment": "unit",
            "kms:EncryptionContext:system": "corner-shop",
            "kms:EncryptionContext:secret": "courier-token",
        },
        "DecryptsParcelsTable": {
            "kms:EncryptionContext:aws:dynamodb:tableName": "parcels-unit",
            "kms:ViaService": "dynamodb.us-east-1.amazonaws.com",
        },
        "EncryptsDeliveriesTopic": {
            "kms:EncryptionContext:aws:sns:topicArn": "arn:aws:sns:us-east-1:123456789012:deliveries-unit",
            "kms:ViaService": "sns.us-east-1.amazonaws.com",
        },
    }


@pytest.mark.requirement("ALL-3")
def test_only_a_publisher_may_have_data_keys_made() -> None:
    actions = {use.purpose: use.actions for use in key_uses(NAMING, "unit", samples.shop, samples.courier)}
    assert actions.pop("EncryptsDeliveriesTopic") == ENCRYPT_AND_DECRYPT
    assert set(actions.values()) == {DECRYPT}


def test_a_function_that_touches_nothing_encrypted_uses_no_key() -> None:
    assert list(key_uses(NAMING, "unit", samples.shop, samples.intake)) == []


def test_the_reader_of_an_index_or_a_stream_uses_the_tables_key_once() -> None:
    table = Table(
        "vault",
        string("id"),
        indexes=(IndexKey(name="by-name", partition_key=string("name")),),
        stream=StreamView.KEYS_ONLY,
        key=samples.strongbox,
    )
    reader = Function("reader", 5, uses=(queries(table.index("by-name")),), triggers=(OnStream(table=table),))
    assert list(conditions(reader)) == ["DecryptsVaultTable"]
