"""What a program says where the world is not as it needs it."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pulumi
import pytest

from services.transactions.system import system, webhook_api
from shared.checkout import SERVICES
from shared.layers import LAYERS, UPSTREAMS
from shared.model import System, days
from shared.references import NOT_DEPLOYED, ContractError
from shared.secret_configuration import secret_keys
from tests.infrastructure.engine import SYSTEMS, configuration, deployed, describe, run_layer

Outputs = Mapping[str, Mapping[str, Any]]


def standing(without: tuple[str, str] | None = None) -> Outputs:
    """What production's layers export, less one key of one layer."""
    outputs = {name: dict(layer.outputs) for name, layer in deployed("prod").layers.items()}
    if without:
        layer, key = without
        del outputs[layer][key]
    return outputs


MISSING = [
    ("compute", "security", "webhook_validator_role_arn"),
    ("compute", "data", "transaction_events_table_stream_arn"),
    ("compute", "messaging", "payments_queue_url"),
    ("api", "compute", "webhook_validator_function_invoke_arn"),
    ("messaging", "security", "operators_key_alias"),
    ("observability", "messaging", "operators_alarms_topic_arn"),
]


@pytest.mark.parametrize(("layer", "upstream", "key"), MISSING)
def test_a_missing_output_names_layer_key_and_the_command_that_repairs_it(layer: str, upstream: str, key: str) -> None:
    words = (
        f"layer '{upstream}' exports no '{key}', which layer '{layer}' needs; "
        f"deploy it first: just deploy {upstream} prod"
    )
    with pytest.raises(ContractError, match=re.escape(words)):
        run_layer(layer, "prod", standing(without=(upstream, key)))


@pytest.mark.parametrize(("layer", "upstream", "key"), MISSING)
def test_a_preview_predicts_an_output_that_an_upstream_layer_is_about_to_export(
    layer: str, upstream: str, key: str
) -> None:
    previewed = run_layer(layer, "prod", standing(without=(upstream, key)), preview=True)
    about = [warning for warning in previewed.warnings if "predicted" in warning]
    assert about == [f"predicted, because layer '{upstream}' does not export it yet: {key}"]


def test_an_output_that_is_predicted_for_several_is_told_of_once() -> None:
    key = "transaction_events_table_name"
    previewed = run_layer("compute", "prod", standing(without=("data", key)), preview=True)
    assert len([warning for warning in previewed.warnings if "predicted" in warning]) == 1
    functions = [one for one in previewed.resources if one.type == "aws:lambda/function:Function"]
    tables = [one.inputs["environment"]["variables"].get("TRANSACTION_EVENTS_TABLE") for one in functions]
    assert tables.count("transaction-events-prod") == 2


@pytest.mark.parametrize("layer", LAYERS)
def test_a_preview_of_what_has_never_been_deployed_says_which_layers_are_predicted(
    layer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NOT_DEPLOYED, " ".join(LAYERS))
    warnings = [one for one in run_layer(layer, "prod", {}, preview=True).warnings if "predicted" in one]
    upstreams = ", ".join(UPSTREAMS[layer])
    assert warnings == ([f"predicted, because not deployed yet: all outputs of {upstreams}"] if upstreams else [])


@pytest.mark.parametrize("layer", LAYERS)
def test_a_preview_upon_what_stands_predicts_nothing(layer: str) -> None:
    assert [one for one in run_layer(layer, "prod", standing(), preview=True).warnings if "predicted" in one] == []


def test_an_up_predicts_nothing_whatever_the_recipes_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NOT_DEPLOYED, "compute")
    with pytest.raises(Exception, match="organization/compute/prod"):
        run_layer("api", "prod", {})


def test_credentials_of_another_account_are_refused() -> None:
    words = "the credentials are of account 123456789012, but environments/local.yaml allows only: 000000000000"
    with pytest.raises(pulumi.RunError, match=words):
        run_layer("data", "local", {}, account_id="123456789012")


def test_all_missing_secrets_are_named_at_once_with_the_commands_that_set_them() -> None:
    given = "price-alerts-exchange-credentials"
    with pytest.raises(pulumi.RunError) as refusal:
        run_layer("security", "prod", {}, config={f"security:{given}": "{}"})
    missing = [key for system in SYSTEMS for key in secret_keys(system) if key != given]
    assert len(missing) == 4
    assert str(refusal.value).splitlines() == [
        "the configuration of layer 'security' in 'prod' lacks secrets; set each in projects/security:",
        *(f"pulumi config set --secret {key} --stack prod" for key in missing),
    ]


def test_an_unknown_environment_ends_the_program_with_the_known_ones() -> None:
    with pytest.raises(pulumi.RunError, match=r"environment 'nowhere' has no file .*there are: dev, .*local, .*prod"):
        run_layer("data", "nowhere", {}, account_id="123456789012")


def test_a_wrong_bundle_target_ends_the_program_with_the_allowed_ones() -> None:
    config = configuration() | {"compute:bundleTarget": "moon"}
    with pytest.raises(pulumi.RunError, match="bundleTarget: 'moon' is not allowed; it must be one of: aws, host"):
        run_layer("compute", "prod", standing(), config=config)


def test_a_schema_that_is_not_there_names_its_api(monkeypatch: pytest.MonkeyPatch) -> None:
    (route,) = webhook_api.routes
    api = replace(webhook_api, routes=(replace(route, body="schemas/absent.schema.json"),))
    describe(monkeypatch, replace(system, apis=(api,)))
    words = "api 'webhook-api': there is no schema schemas/absent.schema.json in the folder of its system"
    with pytest.raises(pulumi.RunError, match=words):
        run_layer("api", "prod", standing())


def test_a_layer_that_does_not_export_what_it_promises_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    describe(monkeypatch, system)
    monkeypatch.setattr("shared.components.table.Table", Mock(return_value=Mock(outputs={})))
    words = "layer 'data' promises but does not export: transaction_events_table_arn, transaction_events_table_name"
    with pytest.raises(ContractError, match=words):
        run_layer("data", "prod", {})


def deployment_of(described: System, monkeypatch: pytest.MonkeyPatch) -> str:
    describe(monkeypatch, described)
    made = run_layer("api", "prod", standing()).resources
    (deployment,) = (one for one in made if one.type == "aws:apigateway/deployment:Deployment")
    return deployment.inputs["triggers"]["shape"]


@pytest.mark.requirement("ALL-7")
def test_a_change_of_the_apis_shape_and_nothing_else_makes_a_new_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    (route,) = webhook_api.routes
    reshaped = [
        replace(webhook_api, routes=(replace(route, path="/webhooks"),)),
        replace(webhook_api, routes=(replace(route, body="schemas/transaction-event.v1.schema.json"),)),
        replace(webhook_api, routes=(replace(route, required_headers=("X-Webhook-Signature",)),)),
    ]
    now = deployment_of(system, monkeypatch)
    assert deployment_of(replace(system, log_retention=days(1)), monkeypatch) == now
    shapes = {deployment_of(replace(system, apis=(api,)), monkeypatch) for api in reshaped}
    assert len(shapes | {now}) == 4


@pytest.mark.requirement("ALL-7")
def test_another_text_of_a_schema_makes_a_new_deployment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    now = deployment_of(system, monkeypatch)
    shutil.copytree(SERVICES / "transactions", tmp_path / "transactions")
    monkeypatch.setattr("shared.components.rest_api.SERVICES", tmp_path)
    assert deployment_of(system, monkeypatch) == now
    (tmp_path / "transactions/schemas/webhook.schema.json").write_text("{}")
    assert deployment_of(system, monkeypatch) != now
