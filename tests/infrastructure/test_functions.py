"""Functions and their log groups."""

import pytest

from shared.layers import LAYERS
from shared.settings import load_settings
from tests.infrastructure.engine import SECRET, SYSTEMS, Environment

# An account's 1,000, less the 100 that AWS keeps unreserved.
RESERVABLE = 900


@pytest.mark.requirement("ALL-2")
def test_every_function_is_python_3_11_on_arm64_and_traced(environment: Environment) -> None:
    functions = environment.of("lambda/function:Function")
    assert len(functions) == sum(len(system.functions) for system in SYSTEMS)
    for function in functions:
        assert function.inputs["architectures"] == ["arm64"]
        assert function.inputs["runtime"] == "python3.11"
        assert function.inputs["tracingConfig"] == {"mode": "Active"}


@pytest.mark.requirement("ALL-2")
def test_every_function_has_what_its_description_says(environment: Environment) -> None:
    most = load_settings(environment.name).maximum_memory_mb
    for system in SYSTEMS:
        for function in system.functions:
            made = environment.the("lambda/function:Function", f"{function.name}-{environment.suffix}").inputs
            assert (made["memorySize"], made["timeout"]) == (min(function.memory_mb, most), function.timeout)
            folder = system.name.replace("-", "_")
            assert made["handler"] == f"services.{folder}.{function.module}.handler"
            told = made["environment"]["variables"].get("ANSWERS_WITHIN_SECONDS")
            assert told == (None if function.answers_within is None else str(function.answers_within))


@pytest.mark.requirement("ALL-2")
def test_every_reservation_is_what_the_environment_says(environment: Environment) -> None:
    settings = load_settings(environment.name)
    for function in (function for system in SYSTEMS for function in system.functions):
        made = environment.the("lambda/function:Function", f"{function.name}-{environment.suffix}")
        reservation = settings.reservation(function)
        assert made.inputs["reservedConcurrentExecutions"] == (-1 if reservation is None else reservation)


@pytest.mark.requirement("ALL-2")
def test_all_reservations_together_fit_a_new_quota_of_a_thousand(environment: Environment) -> None:
    functions = environment.of("lambda/function:Function")
    reserved = [function.inputs["reservedConcurrentExecutions"] for function in functions]
    assert sum(count for count in reserved if count > 0) <= RESERVABLE
    assert 0 not in reserved


@pytest.mark.requirement("ALL-2")
def test_unset_reservations_leave_every_function_to_the_accounts_pool() -> None:
    unset = [function for system in SYSTEMS for function in system.functions]
    assert [load_settings("dev").reservation(function) for function in unset] == [None] * len(unset)


@pytest.mark.requirement("ALL-2")
def test_every_function_waits_for_its_own_log_group(environment: Environment) -> None:
    groups = {group.inputs["name"]: group.urn for group in environment.of("cloudwatch/logGroup:LogGroup")}
    for function in environment.of("lambda/function:Function"):
        assert groups[f"/aws/lambda/{function.inputs['name']}"] in function.dependencies


@pytest.mark.requirement("ALL-2")
def test_every_log_group_is_kept_for_exactly_the_systems_days(environment: Environment) -> None:
    days = {system.name: system.log_retention_days for system in SYSTEMS}
    groups = environment.of("cloudwatch/logGroup:LogGroup")
    functions = sum(len(system.functions) for system in SYSTEMS)
    # An API has two: one of its accesses, one of its execution errors.
    assert len(groups) == functions + 2 * sum(len(system.apis) for system in SYSTEMS)
    for group in groups:
        assert group.inputs["retentionInDays"] == days[group.inputs["tags"]["System"]]


def test_the_path_of_the_code_says_nothing_of_the_machine(environment: Environment) -> None:
    for function in environment.of("lambda/function:Function"):
        assert function.inputs["code"].path.startswith("../../.bundles/")
        assert len(function.inputs["sourceCodeHash"]) == 44


@pytest.mark.requirement("ALL-13")
def test_a_secret_is_secret_and_stands_in_its_parameter_alone(environment: Environment) -> None:
    for resource in environment.resources:
        shown = {key: value for key, value in resource.inputs.items() if key not in resource.secret_inputs}
        assert SECRET not in repr(shown), resource.urn
    assert SECRET not in repr([environment.layers[layer].outputs for layer in LAYERS])


@pytest.mark.requirement("ALL-13", "TX-10")
def test_every_secret_is_a_secure_string_whose_rotation_no_deployment_undoes(environment: Environment) -> None:
    parameters = environment.of("ssm/parameter:Parameter")
    assert len(parameters) == sum(len(system.secrets) for system in SYSTEMS)
    for parameter in parameters:
        assert parameter.inputs["type"] == "SecureString"
        assert "keyId" not in parameter.inputs
        assert parameter.secret_inputs == {"value"}
        assert parameter.ignores == ("value",)
