"""What a system's own key encrypts, from the description to every resource."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import shared.packaging
from shared.model import System
from shared.packaging import Bundle
from shared.references import NOT_DEPLOYED
from shared.secret_configuration import config_key
from tests.infrastructure.engine import Environment, Registered, account_of, describe, run_layer
from tests.unit.shared import samples

SHOP = replace(samples.shop, functions=(samples.courier,), apis=(), other_topics=())
TOKEN = "a-couriers-token"
CONTEXT = {"environment": "prod", "system": "corner-shop", "secret": "courier-token"}


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Environment:
    """The layers of a system whose one function, table and topic are under its key."""
    return layers_of(SHOP, monkeypatch)


def layers_of(system: System, monkeypatch: pytest.MonkeyPatch, *, preview: bool = False) -> Environment:
    describe(monkeypatch, system)
    config = {f"security:{config_key('corner-shop', 'courier-token')}": TOKEN, "compute:bundleTarget": "host"}
    monkeypatch.setenv(NOT_DEPLOYED, "security data messaging" if preview else "")
    made: dict[str, Any] = {}
    monkeypatch.setattr(shared.packaging, "bundle_of", lambda *_: Bundle(Path(samples.__file__), "0", "services.shop"))
    for layer in ("security", "data", "messaging", "compute"):
        upstreams = {} if preview else {name: done.outputs for name, done in made.items()}
        made[layer] = run_layer(layer, "prod", upstreams, preview=preview, config=config)
    return Environment("prod", account_of("prod"), made)


def key_of(shop: Environment) -> Registered:
    """The system's key, beside which there is the operators'."""
    (key,) = (one for one in shop.of("kms/key:Key") if one.name == "strongbox")
    return key


def policy(resource: Registered) -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in json.loads(resource.inputs["policy"])["Statement"]}


@pytest.mark.requirement("ALL-3", "PA-8")
def test_the_account_lets_a_key_be_used_by_these_roles_and_through_these_services_alone(shop: Environment) -> None:
    key = key_of(shop)
    said = policy(key)
    root = {"AWS": f"arn:aws:iam::{shop.account_id}:root"}
    assert {sid: one["Principal"] for sid, one in said.items()} == dict.fromkeys(
        ("Administration", "EncryptsSecrets", "UsedThroughServices", "UsedByFunctions"), root
    )
    roles = [f"arn:aws:iam::{shop.account_id}:role/courier-prod"]
    assert said["UsedByFunctions"]["Condition"] == {"ArnEquals": {"aws:PrincipalArn": roles}}
    assert said["UsedByFunctions"]["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    services = ["dynamodb.us-east-1.amazonaws.com", "lambda.us-east-1.amazonaws.com"]
    assert said["UsedThroughServices"]["Condition"] == {"StringEquals": {"kms:ViaService": services}}
    bound = {"StringEquals": {"kms:EncryptionContext:system": "corner-shop"}}
    assert (said["EncryptsSecrets"]["Action"], said["EncryptsSecrets"]["Condition"]) == (["kms:Encrypt"], bound)


@pytest.mark.requirement("ALL-3", "PA-8")
def test_a_key_lets_nobody_do_what_nothing_under_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = replace(samples.courier, environment_key=None, uses=(), triggers=())
    described = replace(SHOP, functions=(bare,), other_topics=(samples.deliveries,))
    assert list(policy(key_of(layers_of(described, monkeypatch)))) == ["Administration"]


@pytest.mark.requirement("ALL-3", "PA-8")
def test_a_role_is_granted_its_key_by_arn_in_a_policy_of_its_own(shop: Environment) -> None:
    key = key_of(shop)
    grants = shop.the("iam/rolePolicy:RolePolicy", "courier-keys-prod")
    assert list(policy(grants)) == [
        "DecryptsEnvironment",
        "DecryptsCourierTokenCiphertext",
        "DecryptsParcelsTable",
        "EncryptsDeliveriesTopic",
    ]
    assert all(one["Resource"] == [key.outputs["arn"]] for one in policy(grants).values())
    assert "kms:" not in shop.the("iam/rolePolicy:RolePolicy", "courier-grants-prod").inputs["policy"]


@pytest.mark.requirement("ALL-13", "PA-8")
def test_a_secret_is_encrypted_under_its_key_for_its_place_and_stays_secret(shop: Environment) -> None:
    (made,) = shop.of("kms/ciphertext:Ciphertext")
    key = key_of(shop)
    assert made.inputs["keyId"] == key.outputs["arn"]
    assert made.inputs["context"] == CONTEXT
    assert "plaintext" in made.secret_inputs
    assert shop.layers["security"].outputs["courier_token_ciphertext_blob"] == made.outputs["ciphertextBlob"]
    assert TOKEN not in str(shop.layers["security"].outputs)


@pytest.mark.requirement("ALL-13")
def test_a_secret_that_nobody_configured_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    describe(monkeypatch, SHOP)
    with pytest.raises(Exception, match="pulumi config set --secret corner-shop-courier-token --stack prod"):
        run_layer("security", "prod", {}, config={})


@pytest.mark.requirement("ALL-4", "PA-8")
def test_the_key_encrypts_the_table_and_the_topic(shop: Environment) -> None:
    key = key_of(shop)
    (table,) = shop.of("dynamodb/table:Table")
    assert table.inputs["serverSideEncryption"] == {"enabled": True, "kmsKeyArn": key.outputs["arn"]}
    assert shop.the("sns/topic:Topic", "deliveries-prod").inputs["kmsMasterKeyId"] == "alias/strongbox-prod"
    assert shop.the("sns/topic:Topic", "news-prod").inputs["kmsMasterKeyId"] == "alias/aws/sns"


@pytest.mark.requirement("PA-8")
def test_the_key_encrypts_the_functions_environment_in_which_the_secret_is_ciphertext(shop: Environment) -> None:
    function = shop.the("lambda/function:Function", "courier-prod")
    assert function.inputs["kmsKeyArn"] == key_of(shop).outputs["arn"]
    (made,) = shop.of("kms/ciphertext:Ciphertext")
    assert function.inputs["environment"]["variables"]["COURIER_TOKEN_CIPHERTEXT"] == made.outputs["ciphertextBlob"]
    assert TOKEN not in str(function.inputs)


@pytest.mark.requirement("ALL-8")
def test_a_queue_runs_its_consumer_within_a_bound_and_gets_back_only_what_failed(shop: Environment) -> None:
    (mapping,) = shop.of("lambda/eventSourceMapping:EventSourceMapping")
    assert mapping.inputs["eventSourceArn"].endswith(":labels-prod")
    assert mapping.inputs["functionName"] == "courier-prod"
    assert mapping.inputs["functionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping.inputs["scalingConfig"] == {"maximumConcurrency": 4}
    assert (mapping.inputs["batchSize"], mapping.inputs["maximumBatchingWindowInSeconds"]) == (10, 0)


def test_a_cold_preview_knows_everything_but_what_kms_mints(monkeypatch: pytest.MonkeyPatch) -> None:
    previewed = layers_of(SHOP, monkeypatch, preview=True)
    (table,) = previewed.of("dynamodb/table:Table")
    assert table.inputs["name"] == "parcels-prod"
    assert "kmsKeyArn" not in table.inputs["serverSideEncryption"] or not isinstance(
        table.inputs["serverSideEncryption"]["kmsKeyArn"], str
    )
    function = previewed.the("lambda/function:Function", "courier-prod")
    assert not isinstance(function.inputs.get("kmsKeyArn"), str)
    policies = {one.inputs["name"]: one.inputs for one in previewed.of("iam/rolePolicy:RolePolicy")}
    assert isinstance(policies["courier-grants-prod"]["policy"], str)
    assert not isinstance(policies["courier-keys-prod"].get("policy"), str)
