"""Keys and their policies."""

import pytest

from tests.infrastructure.documents import Statement, statements
from tests.infrastructure.engine import SYSTEMS, Environment, Registered

# What every use of a key is made of; all else administers the key.
CRYPTOGRAPHIC = {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"}
# Who may do these can neither be shut out of the key nor be left with a key that can't go.
INDISPENSABLE = {"kms:DescribeKey", "kms:GetKeyPolicy", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"}


def keys(environment: Environment) -> list[Registered]:
    return environment.of("kms/key:Key")


def allowed(environment: Environment) -> list[Statement]:
    return [statement for key in keys(environment) for statement in statements(key)]


@pytest.mark.requirement("ALL-9")
def test_every_key_of_the_descriptions_is_made_rotates_and_is_gone_in_seven_days(environment: Environment) -> None:
    assert len(keys(environment)) == sum(len(system.keys) for system in SYSTEMS)
    for key in keys(environment):
        assert key.inputs["deletionWindowInDays"] == 7
        assert key.inputs["enableKeyRotation"] is True
        assert key.inputs.get("bypassPolicyLockoutSafetyCheck", False) is False


@pytest.mark.requirement("ALL-1")
def test_every_key_has_its_alias(environment: Environment) -> None:
    aliases = {one.inputs["name"]: one.inputs["targetKeyId"] for one in environment.of("kms/alias:Alias")}
    described = {f"alias/{key.name}-{environment.suffix}" for system in SYSTEMS for key in system.keys}
    assert set(aliases) == described
    assert sorted(aliases.values()) == sorted(key.outputs["keyId"] for key in keys(environment))


@pytest.mark.requirement("ALL-3")
def test_no_key_policy_names_actions_by_a_wildcard_and_its_resource_is_the_key_itself(environment: Environment) -> None:
    assert allowed(environment)
    for statement in allowed(environment):
        assert statement["Effect"] == "Allow"
        assert statement["Resource"] == ["*"]
        assert not [action for action in statement["Action"] if "*" in action or not action.startswith("kms:")]


@pytest.mark.requirement("ALL-3")
def test_nobody_outside_the_account_and_no_unnamed_service_is_let_in(environment: Environment) -> None:
    root = {"AWS": f"arn:aws:iam::{environment.account_id}:root"}
    services = {service for system in SYSTEMS for key in system.keys for service in key.used_by}
    for statement in allowed(environment):
        assert statement["Principal"] in [root, *({"Service": service} for service in services)]


@pytest.mark.requirement("ALL-3", "ALL-9")
def test_the_account_administers_every_key_and_is_not_locked_out_of_it(environment: Environment) -> None:
    root = {"AWS": f"arn:aws:iam::{environment.account_id}:root"}
    for key in keys(environment):
        (administration,) = (
            one for one in statements(key) if one["Principal"] == root and one["Sid"] == "Administration"
        )
        assert set(administration["Action"]) >= INDISPENSABLE
        assert set(administration["Action"]) & CRYPTOGRAPHIC == set()
        assert "Condition" not in administration


@pytest.mark.requirement("ALL-3", "ALL-6")
def test_a_service_may_use_a_key_for_this_account_alone_and_only_to_encrypt(environment: Environment) -> None:
    for system in SYSTEMS:
        for described in system.keys:
            (key,) = (one for one in keys(environment) if one.name == described.name)
            used = [one for one in statements(key) if "Service" in one["Principal"]]
            assert [one["Principal"]["Service"] for one in used] == list(described.used_by)
            for statement in used:
                assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
                assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": environment.account_id}}
