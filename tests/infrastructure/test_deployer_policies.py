"""The deployers' policies against what the programs register: enough for every resource, and no more than that."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from operations.__main__ import main
from operations.deployer import policies as written
from operations.deployer.ground import Ground
from operations.deployer.policies import MOST_CHARACTERS, policies, statements
from operations.deployer.registered_types import registered_types
from operations.deployer.resource_types import KEYS, RESOURCE_TYPES, USE_OF_KEY
from policies.policy_language.service_authorization import exists, resource_types, takes_no_resource, types_of
from shared.components.key import ADMINISTRATION, THROUGH_A_SERVICE
from shared.grants import GRANTS
from shared.layers import LAYERS
from shared.model import System
from shared.naming import Naming
from shared.settings import Settings, load_settings
from tests.infrastructure.engine import SYSTEMS, Environment, Registered
from tests.unit.shared.samples import shop, warehouse

Statement = dict[str, Any]

# Whether anybody subscribes to a topic is the settings' choice.
BY_SETTINGS = {"aws:sns/topicSubscription:TopicSubscription"}
PROD = load_settings("prod")
TYPES = sorted({type_ for layer in LAYERS for type_ in registered_types(layer)})


def ground(layer: str, settings: Settings = PROD, systems: tuple[System, ...] = (shop, warehouse)) -> Ground:
    return Ground(layer, settings, Naming(settings.suffix, "us-east-1", "123456789012"), systems)


def said(layer: str, **members: Any) -> list[Statement]:
    settings = replace(PROD, **members)
    return [one.document() for one in statements(ground(layer, settings), registered_types(layer))]


def matches(pattern: str, arn: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), arn) is not None


def with_arn(environment: Environment, layer: str) -> Iterator[Registered]:
    """The layer's resources that have an ARN of their own."""
    for one in environment.layers[layer].resources:
        if one.type in RESOURCE_TYPES and "arn" in one.outputs and "arn" not in one.inputs:
            yield one


def granted(layer: str) -> Iterator[tuple[str, str, Statement]]:
    for statement in said(layer):
        for action in statement["Action"]:
            yield from ((action, resource, statement) for resource in statement["Resource"])


@pytest.mark.requirement("RP-6")
@pytest.mark.parametrize("layer", LAYERS)
def test_every_type_that_a_program_registers_is_known_to_its_deployer(environment: Environment, layer: str) -> None:
    registered = {one.type for one in environment.layers[layer].resources if one.type.startswith("aws:")}
    assert registered
    assert registered <= registered_types(layer)


@pytest.mark.requirement("RP-6")
def test_the_table_holds_every_type_and_no_other() -> None:
    assert set(TYPES) == set(RESOURCE_TYPES)
    assert set(TYPES) >= BY_SETTINGS


@pytest.mark.requirement("RP-6")
@pytest.mark.parametrize("layer", LAYERS)
def test_every_resource_can_be_reached_by_its_deployer(environment: Environment, layer: str) -> None:
    naming = Naming(environment.suffix, "us-east-1", environment.account_id)
    on = Ground(layer, load_settings(environment.name), naming, SYSTEMS)
    for one in with_arn(environment, layer):
        places = [place for right in RESOURCE_TYPES[one.type] for place in right.place(on)]
        assert any(matches(place, one.outputs["arn"]) for place in places), one.urn


@pytest.mark.requirement("RP-6")
@pytest.mark.parametrize("layer", LAYERS)
def test_what_bears_the_environments_suffix_is_reached_in_no_other(environment: Environment, layer: str) -> None:
    naming = Naming("elsewhere", "us-east-1", environment.account_id)
    other = Ground(layer, replace(PROD, suffix="elsewhere"), naming, ())
    named = [one for one in with_arn(environment, layer) if one.outputs["arn"].endswith(f"-{environment.suffix}")]
    for one in named:
        for right in RESOURCE_TYPES[one.type]:
            looks = all(re.match("Describe|List", action) for action in right.actions.split())
            for place in right.place(other):
                assert looks or not matches(place, one.outputs["arn"]), (one.urn, right.actions)


@pytest.mark.requirement("RP-6")
@pytest.mark.parametrize("layer", LAYERS)
def test_only_security_has_rights_over_iam_and_only_over_the_environments_roles(layer: str) -> None:
    over_iam = [(action, resource) for action, resource, _ in granted(layer) if action.startswith("iam:")]
    if layer == "security":
        assert {"iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRole"} <= {action for action, _ in over_iam}
        assert {resource for _, resource in over_iam} == {"arn:aws:iam::123456789012:role/*-prod"}
        assert "iam:PassRole" not in {action for action, _ in over_iam}
    else:
        assert {action for action, _ in over_iam} == ({"iam:PassRole"} if layer == "compute" else set())


@pytest.mark.requirement("RP-6")
def test_compute_passes_the_functions_roles_alone_and_to_lambda_alone() -> None:
    (statement,) = (one for one in said("compute") if "iam:PassRole" in one["Action"])
    names = [function.name for system in (shop, warehouse) for function in system.functions]
    assert statement["Action"] == ["iam:PassRole"]
    assert statement["Resource"] == [f"arn:aws:iam::123456789012:role/{name}-prod" for name in names]
    assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}


@pytest.mark.requirement("RP-6")
@pytest.mark.parametrize("layer", LAYERS)
def test_no_action_is_a_pattern_and_all_resources_stand_only_where_aws_takes_none(layer: str) -> None:
    for action, resource, _ in granted(layer):
        assert "*" not in action
        assert takes_no_resource(action) == (resource == "*"), action


@pytest.mark.requirement("RP-6")
@pytest.mark.parametrize("layer", LAYERS)
def test_every_action_exists_and_fits_its_resources(layer: str) -> None:
    for action, resource, _ in granted(layer):
        assert exists(action), action
        # The reference's data knows API Gateway's actions by the resources of HTTP APIs alone.
        if resource != "*" and not action.startswith("apigateway:"):
            assert types_of(action, resource) & (resource_types(action) or frozenset()), (action, resource)


@pytest.mark.requirement("RP-6")
@pytest.mark.parametrize(
    ("layer", "service", "action"),
    [("data", "dynamodb", "kms:CreateGrant"), ("compute", "lambda", "kms:CreateGrant")],
)
def test_who_deploys_under_a_key_uses_it_through_the_service_alone(layer: str, service: str, action: str) -> None:
    over_keys = {name: one for name, resource, one in granted(layer) if resource.startswith("arn:aws:kms:")}
    assert action in over_keys
    for statement in over_keys.values():
        assert statement["Condition"] == {"StringEquals": {"kms:ViaService": f"{service}.us-east-1.amazonaws.com"}}


def test_the_rights_over_keys_are_those_that_the_keys_own_policies_admit() -> None:
    assert {f"kms:{action}" for action in USE_OF_KEY.split()} - {"kms:DescribeKey"} == set(THROUGH_A_SERVICE)
    rights = [right for type_ in ("key:Key", "alias:Alias") for right in RESOURCE_TYPES[f"aws:kms/{type_}"]]
    assert {name for right in rights if right.place is KEYS for name in right.names} <= set(ADMINISTRATION)


@pytest.mark.requirement("RP-6")
def test_a_key_is_changed_only_where_it_bears_the_environments_tag() -> None:
    dangerous = {"kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:UntagResource"}
    for action, _, statement in granted("security"):
        if action in dangerous:
            assert statement["Condition"] == {"StringEquals": {"aws:ResourceTag/Environment": ["prod"]}}
    own = [one for action, _, one in granted("security") if action == "kms:CreateKey"]
    assert [one["Condition"] for one in own] == [{"StringEquals": {"aws:RequestTag/Environment": ["prod"]}}]


def test_the_tags_of_keys_are_those_that_the_settings_say() -> None:
    tagged = said("security", tags={"Environment": "Production"})
    limits = [one["Condition"] for one in tagged if one["Action"] == ["kms:CreateKey"]]
    assert limits == [{"StringEquals": {"aws:RequestTag/Environment": ["Production"]}}]


@pytest.mark.requirement("RP-6")
@pytest.mark.parametrize("layer", LAYERS)
def test_a_deployer_touches_no_data(layer: str) -> None:
    of_functions = {action for grant in GRANTS.values() for action in grant.actions}
    # The parameter is read to find out whether it differs.
    assert {action for action, _, _ in granted(layer)} & of_functions <= {"ssm:GetParameter", "sqs:GetQueueAttributes"}


@pytest.mark.requirement("RP-6")
@pytest.mark.parametrize("layer", LAYERS)
def test_every_policy_is_as_small_as_iam_wants_it(layer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (whole,) = policies(PROD, layer)
    assert len(whole) <= MOST_CHARACTERS
    # What IAM counts is the same: there is no white space.
    assert whole == re.sub(r"\s", "", whole)
    monkeypatch.setattr(written, "MOST_CHARACTERS", 900)
    parts = policies(PROD, layer)
    assert len(parts) > 1
    kept = [one for part in parts for one in json.loads(part)["Statement"]]
    assert kept == json.loads(whole)["Statement"]


@pytest.mark.requirement("RP-6")
def test_the_policies_are_written_one_file_a_layer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deployer-policies", str(tmp_path / "new"), "dev"]) == 0
    assert {file.stem for file in (tmp_path / "new").iterdir()} == set(LAYERS)
    for layer in LAYERS:
        document = json.loads((tmp_path / "new" / f"{layer}.json").read_text())
        assert document["Version"] == "2012-10-17"
        # No account is named in the settings: whatever account the policy is attached in.
        assert ":123456789012:" not in json.dumps(document)
    assert f"wrote {tmp_path / 'new' / 'security.json'} (" in capsys.readouterr().out


def test_a_policy_that_must_be_divided_is_numbered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "MOST_CHARACTERS", 2_000)
    assert main(["deployer-policies", str(tmp_path), "prod"]) == 0
    assert {"security-1.json", "security-2.json", "messaging.json"} <= {file.name for file in tmp_path.iterdir()}


def test_one_account_of_the_settings_is_named() -> None:
    (document,) = policies(replace(PROD, allowed_account_ids=("210987654321",)), "messaging")
    assert "arn:aws:sqs:us-east-1:210987654321:*-prod" in document
