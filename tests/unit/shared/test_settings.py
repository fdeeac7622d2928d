"""The settings of an environment."""

import re
from pathlib import Path

import pytest

from shared import settings as settings_module
from shared.model import Function
from shared.operators import OPERATORS
from shared.settings import Settings, SettingsError, environments, load_settings
from shared.systems import known_functions, known_systems, known_topics, load_systems
from tests.unit.shared import samples


def said(folder: Path, text: str, environment: str = "staging") -> Settings:
    (folder / f"{environment}.yaml").write_text(text)
    return load_settings(environment, folder)


WRONG = [
    ("suffix: Staging", "suffix", "'Staging'", "1 to 20 of a-z, 0-9 and -"),
    ("suffix: ''", "suffix", "''", "1 to 20 of a-z, 0-9 and -"),
    ("suffix: aaaaaaaaaabbbbbbbbbbc", "suffix", "'aaaaaaaaaabbbbbbbbbbc'", "1 to 20 of a-z, 0-9 and -"),
    ("suffix: 7", "suffix", "7", "1 to 20 of a-z, 0-9 and -"),
    ("region: eu-central-1", "region", "'eu-central-1'", "one of: us-east-1"),
    ("region: [us-east-1]", "region", "['us-east-1']", "one of: us-east-1"),
    ("systems: transactions", "systems", "'transactions'", "a list of some of: "),
    ("systems: []", "systems", "[]", "a list of some of: "),
    ("systems: [lottery]", "systems", "['lottery']", "transactions"),
    ("allowedAccountIds: [123456789012]", "allowedAccountIds", "[123456789012]", "12-digit texts, in quotes"),
    ("allowedAccountIds: ['12345678901']", "allowedAccountIds", "['12345678901']", "12-digit texts, in quotes"),
    ("allowedAccountIds: '123456789012'", "allowedAccountIds", "'123456789012'", "12-digit texts, in quotes"),
    ("maximumMemoryMb: 64", "maximumMemoryMb", "64", "128 to 10240"),
    ("maximumMemoryMb: 10241", "maximumMemoryMb", "10241", "128 to 10240"),
    ("maximumMemoryMb: true", "maximumMemoryMb", "True", "128 to 10240"),
    ("production: 'yes'", "production", "'yes'", "true or false"),
    ("logLevel: VERBOSE", "logLevel", "'VERBOSE'", "one of: DEBUG, INFO, WARNING, ERROR"),
    ("tags: [CostCenter]", "tags", "['CostCenter']", "map tag names to texts"),
    ("tags: {CostCenter: 7}", "tags", "{'CostCenter': 7}", "map tag names to texts"),
    ("tags: {7: payments}", "tags", "{7: 'payments'}", "map tag names to texts"),
    ("emails: [ops@example.com]", "emails", "['ops@example.com']", "map topic names to lists of e-mail addresses"),
    ("emails: 5", "emails", "5", "map topic names to lists of e-mail addresses"),
    ("emails: {operators-alarms: ops@example.com}", "emails", "'ops@example.com'", "lists of e-mail addresses"),
    ("emails: {operators-alarms: [ops]}", "emails", "['ops']", "lists of e-mail addresses"),
    ("emails: {operators-alarms: ['o ps@example.com']}", "emails", "'o ps@example.com'", "lists of e-mail addresses"),
    ("emails: {operators-alarms: [7]}", "emails", "[7]", "lists of e-mail addresses"),
    ("emails: {alarms: [ops@example.com]}", "emails", "'alarms'", "no such topic; there are: operators-alarms"),
    ("emails: {7: [ops@example.com]}", "emails", "7", "no such topic; there are: operators-alarms"),
    ("reservedConcurrency: none", "reservedConcurrency", "'none'", "'unset' or map function names to counts"),
    ("reservedConcurrency: [5]", "reservedConcurrency", "[5]", "'unset' or map function names to counts"),
    ("reservedConcurrency: {webhook-validator: -1}", "reservedConcurrency", "-1", "map function names to counts"),
    ("reservedConcurrency: {webhook-validator: true}", "reservedConcurrency", "True", "map function names to counts"),
    ("reservedConcurrency: {webhook-validator: many}", "reservedConcurrency", "'many'", "map function names to counts"),
    ("reservedConcurrency: {validator: 5}", "reservedConcurrency.validator", "5", "functions are: "),
    ("sufix: staging", "sufix", "'staging'", "there is no such key; there are: suffix, region, systems"),
    ("7: staging", "7", "'staging'", "there is no such key"),
]


@pytest.mark.parametrize(("text", "key", "value", "allowed"), WRONG)
def test_a_wrong_value_names_the_file_the_key_the_value_and_what_is_allowed(
    text: str, key: str, value: str, allowed: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError) as refused:
        said(tmp_path, text)
    message = str(refused.value)
    assert message.startswith(f"environments/staging.yaml: {key}: ")
    assert f"{value}" in message.partition(" is not allowed; ")[0]
    assert allowed in message.partition(" is not allowed; ")[2]


def test_every_key_that_there_is_has_a_wrong_value_in_the_table(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        said(tmp_path, "unknown: 1")
    keys = str(refused.value).rpartition("there are: ")[2].split(", ")
    assert set(keys) <= {key.partition(".")[0] for _, key, _, _ in WRONG}


def test_an_empty_file_is_an_environment_of_all_systems_with_the_stacks_name_as_its_suffix(tmp_path: Path) -> None:
    assert said(tmp_path, "") == Settings(environment="staging", suffix="staging", systems=known_systems())


def test_an_environments_name_that_makes_no_suffix_needs_one_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="suffix: 'Staging' is not allowed"):
        said(tmp_path, "", environment="Staging")
    assert said(tmp_path, "suffix: stage", environment="Staging").suffix == "stage"


def test_everything_that_can_be_said_is_read(tmp_path: Path) -> None:
    text = """
        suffix: st-1
        region: us-east-1
        systems: [transactions, transactions]
        allowedAccountIds: ["123456789012"]
        production: true
        logLevel: ERROR
        tags: {CostCenter: tests}
        emails: {operators-alarms: [b@example.com, a@example.com, b@example.com]}
        reservedConcurrency: {webhook-validator: 5}
        maximumMemoryMb: 3008
    """
    assert said(tmp_path, text) == Settings(
        environment="staging",
        suffix="st-1",
        region="us-east-1",
        systems=("transactions",),
        allowed_account_ids=("123456789012",),
        production=True,
        log_level="ERROR",
        tags={"CostCenter": "tests"},
        emails={"operators-alarms": ("b@example.com", "a@example.com")},
        reserved_concurrency={"webhook-validator": 5},
        maximum_memory_mb=3_008,
    )


@pytest.mark.requirement("MD-3")
def test_an_account_of_little_memory_caps_what_functions_get(tmp_path: Path) -> None:
    settings = said(tmp_path, "maximumMemoryMb: 3008")
    assert settings.memory_mb(Function("large", 5, memory_mb=3_072)) == 3_008
    assert settings.memory_mb(Function("small", 5, memory_mb=256)) == 256
    assert said(tmp_path, "").memory_mb(Function("large", 5, memory_mb=3_072)) == 3_072


@pytest.mark.requirement("ALL-8")
def test_a_reservation_below_what_a_functions_queues_take_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_module, "known_functions", lambda: {"courier": samples.courier})
    assert said(tmp_path, "reservedConcurrency: {courier: 4}").reservation(samples.courier) == 4
    with pytest.raises(
        SettingsError, match=r"courier: 3 is not allowed; .* of 'courier' is 3, but its queues take up to 4"
    ):
        said(tmp_path, "reservedConcurrency: {courier: 3}")
    # Stopped: then its queues take nothing.
    assert said(tmp_path, "reservedConcurrency: {courier: 0}").reservation(samples.courier) == 0


def test_an_unknown_environment_lists_the_known_and_what_to_do(tmp_path: Path) -> None:
    for name in ("prod", "dev"):
        (tmp_path / f"{name}.yaml").touch()
    words = "environment 'dve' has no file environments/dve.yaml; there are: dev, prod. Copy one of them"
    with pytest.raises(SettingsError, match=re.escape(words)):
        load_settings("dve", tmp_path)
    assert environments(tmp_path) == ("dev", "prod")


def test_the_first_environment_has_none_to_copy_from(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there are: none yet"):
        load_settings("dev", tmp_path)


def test_a_file_that_is_not_yaml_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=re.escape("environments/staging.yaml is not YAML: ")):
        said(tmp_path, "tags: {")


def test_a_file_without_keys_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=re.escape("environments/staging.yaml must hold keys with values, not 'dev'")
    ):
        said(tmp_path, "dev")


@pytest.mark.requirement("ALL-2")
def test_a_reservation_is_the_descriptions_unless_the_settings_lower_or_unset_it(tmp_path: Path) -> None:
    function = Function("webhook-validator", timeout=10, reserved_concurrency=200)
    assert said(tmp_path, "").reservation(function) == 200
    assert said(tmp_path, "reservedConcurrency: {webhook-validator: 5}").reservation(function) == 5
    assert said(tmp_path, "reservedConcurrency: {transaction-router: 5}").reservation(function) == 200
    assert said(tmp_path, "reservedConcurrency: unset").reservation(function) is None


@pytest.mark.parametrize("environment", ["dev", "local", "prod"])
def test_every_environment_of_the_checkout_can_be_read(environment: str) -> None:
    assert load_settings(environment).environment == environment


def test_the_topics_that_an_address_may_subscribe_to_are_those_of_all_systems_and_the_operators() -> None:
    described = [topic.name for system in (OPERATORS, *load_systems(known_systems())) for topic in system.topics]
    assert known_topics() == tuple(described)
    assert "operators-alarms" in known_topics()


def test_the_functions_that_a_reservation_may_name_are_those_of_all_systems() -> None:
    assert {"webhook-validator", "transaction-router"} <= set(known_functions())
