"""Secrets: encrypted parameters, whose values no function's environment holds."""

from collections.abc import Iterator

from operations.validation.deployed import Deployed
from operations.validation.examination import Examined, elements, examine_each, shows
from operations.validation.finding import Fact, Finding, agrees, equals
from shared.model import SecretParameter


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on every secret parameter."""
    naming = deployed.naming
    secrets = elements(deployed, lambda system: system.secrets, naming.parameter_name)
    return examine_each(secrets, (_encryption, _plain))


@shows("ALL-13", "TX-10")
def _encryption(secret: Examined[SecretParameter]) -> Iterator[Fact]:
    asked = {"ParameterFilters": [{"Key": "Name", "Values": [secret.name]}]}
    found = secret.ask("ssm", "describe_parameters", **asked)["Parameters"]
    (parameter,) = found or [{}]
    yield equals("type", parameter.get("Type"), "SecureString")
    yield equals("key", parameter.get("KeyId"), "alias/aws/ssm")


@shows("ALL-13")
def _plain(secret: Examined[SecretParameter]) -> Iterator[Fact]:
    """Compared here; neither the value nor where exactly it stands is ever shown."""
    deployed = secret.deployed
    value = secret.ask("ssm", "get_parameter", Name=secret.name, WithDecryption=True)["Parameter"]["Value"]
    secrets = [line.strip() for line in value.splitlines() if line.strip()]
    telling: list[str] = []
    for function in (one for system in deployed.systems for one in system.functions):
        name = deployed.naming.name(function)
        found = str(deployed.ask("lambda", "get_function_configuration", FunctionName=name))
        telling += [f"{name} holds it" for said in secrets if said in found]
    told = str(deployed.outputs)
    telling += ["an output holds it" for said in secrets if said in told]
    yield agrees("plain value", telling, "in no function's configuration and in no output")
