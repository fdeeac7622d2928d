"""Every resource that takes tags, and the call that tells them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from operations.validation.deployed import Deployed
from shared.alarms import alarms
from shared.contract import Element, output_key, owner
from shared.model import Api, Function, System
from shared.stage import STAGE


@dataclass(frozen=True, slots=True)
class Taggable:
    """A resource, the layer that made it, and the call that tells its tags."""

    name: str
    layer: str
    service: str
    operation: str
    request: Mapping[str, str]


def taggable(deployed: Deployed, system: System) -> Iterator[Taggable]:
    """All of a system, but the mappings of its functions, whose ids only AWS knows."""
    yield from _secured(deployed, system)
    yield from _stored_and_sent(deployed, system)
    for function in system.functions:
        yield from _of_function(deployed, function)
    for api in system.apis:
        yield from _of_api(deployed, api)
    naming = deployed.naming
    for alarm in alarms(system, naming):
        name = naming.suffixed(alarm.name)
        arn = f"arn:{naming.partition}:cloudwatch:{naming.region}:{naming.account_id}:alarm:{name}"
        asked = {"ResourceARN": arn}
        yield Taggable(f"alarm {name}", "observability", "cloudwatch", "list_tags_for_resource", asked)


def _secured(deployed: Deployed, system: System) -> Iterator[Taggable]:
    naming = deployed.naming
    for key in system.keys:
        asked = {"KeyId": _output(deployed, key, "id")}
        yield Taggable(naming.key_alias(key), "security", "kms", "list_resource_tags", asked)
    for secret in system.secrets:
        name = naming.parameter_name(system, secret)
        asked = {"ResourceType": "Parameter", "ResourceId": name}
        yield Taggable(name, "security", "ssm", "list_tags_for_resource", asked)


def _stored_and_sent(deployed: Deployed, system: System) -> Iterator[Taggable]:
    naming = deployed.naming
    for table in system.tables:
        asked = {"ResourceArn": naming.arn(table)}
        yield Taggable(naming.name(table), "data", "dynamodb", "list_tags_of_resource", asked)
    for bucket in system.buckets:
        name = naming.name(bucket)
        yield Taggable(name, "data", "s3", "get_bucket_tagging", {"Bucket": name})
    for bus in system.buses:
        asked = {"ResourceARN": naming.arn(bus)}
        yield Taggable(f"bus {naming.name(bus)}", "messaging", "events", "list_tags_for_resource", asked)
    for topic in system.topics:
        asked = {"ResourceArn": naming.arn(topic)}
        yield Taggable(naming.name(topic), "messaging", "sns", "list_tags_for_resource", asked)
    for queue in (*system.queues, *system.dead_letter_queues):
        asked = {"QueueUrl": _output(deployed, queue, "url")}
        yield Taggable(naming.name(queue), "messaging", "sqs", "list_queue_tags", asked)


def _of_function(deployed: Deployed, function: Function) -> Iterator[Taggable]:
    naming = deployed.naming
    role = naming.name(function.role)
    yield Taggable(f"role {role}", "security", "iam", "list_role_tags", {"RoleName": role})
    yield Taggable(naming.name(function), "compute", "lambda", "list_tags", {"Resource": naming.arn(function)})
    yield _log_group(deployed, "compute", naming.function_log_group(function))
    for rule in function.rules:
        asked = {"ResourceARN": naming.arn(rule)}
        yield Taggable(f"rule {naming.name(rule)}", "compute", "events", "list_tags_for_resource", asked)


def _of_api(deployed: Deployed, api: Api) -> Iterator[Taggable]:
    naming, id_ = deployed.naming, _output(deployed, api, "id")
    arn = f"arn:{naming.partition}:apigateway:{naming.region}::/restapis/{id_}"
    name = naming.name(api)
    yield Taggable(name, "api", "apigateway", "get_tags", {"resourceArn": arn})
    yield Taggable(f"stage of {name}", "api", "apigateway", "get_tags", {"resourceArn": f"{arn}/stages/{STAGE}"})
    yield _log_group(deployed, "api", naming.access_log_group(api))
    yield _log_group(deployed, "api", f"API-Gateway-Execution-Logs_{id_}/{STAGE}")


def _log_group(deployed: Deployed, layer: str, name: str) -> Taggable:
    asked = {"resourceArn": deployed.naming.log_group_arn(name)}
    return Taggable(name, layer, "logs", "list_tags_for_resource", asked)


def _output(deployed: Deployed, element: Element, attribute: str) -> str:
    """What is exported; a call with what is missing fails, and that is found."""
    return str(deployed.outputs[owner(element)].get(output_key(element, attribute), "not-exported"))
