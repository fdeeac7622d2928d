"""Tags: on every taggable resource, whose they are, what made them, and who pays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from operations.validation.deployed import Deployed
from operations.validation.examination import Examined, examine_each, shows
from operations.validation.finding import Fact, Finding, agrees
from shared.alarms import alarms
from shared.model import Function, System
from shared.stage import STAGE

PRESENT = ("Project", "CostCenter")


@dataclass(frozen=True, slots=True)
class Tagged:
    """A resource, the layer that made it, and the call that tells its tags."""

    layer: str
    service: str
    operation: str
    request: Mapping[str, str]


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on every taggable resource."""
    for system in deployed.systems:
        for name, tagged in _resources(deployed, system):
            yield from examine_each((Examined(deployed, system, tagged, name),), (_tags,))


@shows("ALL-10")
def _tags(resource: Examined[Tagged]) -> Iterator[Fact]:
    tagged = resource.element
    found = _by_key(resource.ask(tagged.service, tagged.operation, **tagged.request))
    settings = resource.deployed.settings
    wanted = {
        "Environment": settings.environment,
        "System": resource.system.name,
        "Layer": tagged.layer,
        "ManagedBy": "pulumi",
        **settings.tags,
    }
    wrong = [f"{key} is {found.get(key)}, not {value}" for key, value in wanted.items() if found.get(key) != value]
    wrong += [f"no {key}" for key in PRESENT if not found.get(key)]
    yield agrees("tags", wrong, f"all of {', '.join(sorted({*wanted, *PRESENT}))}")


def _resources(deployed: Deployed, system: System) -> Iterator[tuple[str, Tagged]]:
    """By ARNs and names alone; a name stands for a kind, too, so that a finding can be told from another."""
    naming = deployed.naming
    for key in system.keys:
        id_ = str(deployed.outputs["security"].get(f"{key.name.replace('-', '_')}_key_id", key.name))
        yield naming.key_alias(key), Tagged("security", "kms", "list_resource_tags", {"KeyId": id_})
    for secret in system.secrets:
        name = naming.parameter_name(system, secret)
        asked = {"ResourceType": "Parameter", "ResourceId": name}
        yield name, Tagged("security", "ssm", "list_tags_for_resource", asked)
    for table in system.tables:
        asked = {"ResourceArn": naming.arn(table)}
        yield naming.name(table), Tagged("data", "dynamodb", "list_tags_of_resource", asked)
    for topic in system.topics:
        asked = {"ResourceArn": naming.arn(topic)}
        yield naming.name(topic), Tagged("messaging", "sns", "list_tags_for_resource", asked)
    for queue in (*system.queues, *system.dead_letter_queues):
        url = deployed.output(queue, "url")
        yield naming.name(queue), Tagged("messaging", "sqs", "list_queue_tags", {"QueueUrl": url})
    for schedule in system.schedules:
        asked = {"ResourceARN": naming.arn(schedule)}
        yield naming.name(schedule), Tagged("compute", "events", "list_tags_for_resource", asked)
    for function in system.functions:
        yield from _of_function(deployed, function)
    for api in system.apis:
        arn = f"arn:{naming.partition}:apigateway:{naming.region}::/restapis/{deployed.output(api, 'id')}"
        yield naming.name(api), Tagged("api", "apigateway", "get_tags", {"resourceArn": arn})
        yield f"{naming.name(api)}/{STAGE}", Tagged("api", "apigateway", "get_tags", {"resourceArn": f"{arn}/stages/{STAGE}"})
        for group in (naming.access_log_group(api), f"API-Gateway-Execution-Logs_{deployed.output(api, 'id')}/{STAGE}"):
            asked = {"resourceArn": naming.log_group_arn(group)}
            yield group, Tagged("api", "logs", "list_tags_for_resource", asked)
    for alarm in alarms(system, naming):
        name = naming.suffixed(alarm.name)
        arn = f"arn:{naming.partition}:cloudwatch:{naming.region}:{naming.account_id}:alarm:{name}"
        yield f"alarm {name}", Tagged("observability", "cloudwatch", "list_tags_for_resource", {"ResourceARN": arn})


def _of_function(deployed: Deployed, function: Function) -> Iterator[tuple[str, Tagged]]:
    naming = deployed.naming
    name = naming.name(function)
    yield f"role {naming.name(function.role)}", Tagged(
        "security", "iam", "list_role_tags", {"RoleName": naming.name(function.role)}
    )
    yield name, Tagged("compute", "lambda", "list_tags", {"Resource": naming.arn(function)})
    group = naming.function_log_group(function)
    asked = {"resourceArn": naming.log_group_arn(group)}
    yield group, Tagged("compute", "logs", "list_tags_for_resource", asked)
    found = deployed.ask_all("lambda", "list_event_source_mappings", "EventSourceMappings", FunctionName=name)
    for mapping in found:
        arn = f"arn:{naming.partition}:lambda:{naming.region}:{naming.account_id}:event-source-mapping:{mapping['UUID']}"
        yield f"mapping of {name}", Tagged("compute", "lambda", "list_tags", {"Resource": arn})


def _by_key(answer: Mapping[str, Any]) -> dict[str, str]:
    """Tags by their keys, whichever of AWS's shapes they come in."""
    said = next((value for key, value in answer.items() if key.lower() in ("tags", "taglist")), [])
    if isinstance(said, dict):
        return cast(dict[str, str], said)
    listed = cast(list[dict[str, str]], said)
    return {tag.get("Key", tag.get("TagKey", "")): tag.get("Value", tag.get("TagValue", "")) for tag in listed}
