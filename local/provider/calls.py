"""Requests to AWS made from a row of the table: templates filled in, properties converted, absence recognised."""

from collections.abc import Mapping
from typing import Any

import jmespath
from botocore.exceptions import ClientError

from local.provider.checking import converted
from local.provider.errors import code_of
from local.provider.schema import Description, Field, ResourceType
from local.provider.session import Session
from local.provider.shapes import member_of, put, request_shape
from local.provider.values import UNKNOWN, Properties, contains_unknown

ABSENT = frozenset(
    {
        "AWS.SimpleQueueService.NonExistentQueue",
        "404",
        "DashboardNotFoundError",
        "NoSuchBucket",
        "NoSuchBucketPolicy",
        "NoSuchEntity",
        "NoSuchLifecycleConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
        "NotFound",
        "NotFoundException",
        "ParameterNotFound",
        "QueueDoesNotExist",
        "ResourceNotFound",
        "ResourceNotFoundException",
        "ServerSideEncryptionConfigurationNotFoundError",
    }
)


def filled(template: Any, facts: Properties) -> Any:
    """A template, or a structure of templates, with facts in place of {names}; unknown when a fact it names is."""
    if callable(template):
        text = str(template(facts))
        return UNKNOWN if UNKNOWN in text else text
    if isinstance(template, str):
        text = template.format_map({name: fact if isinstance(fact, str) else str(fact) for name, fact in facts.items()})
        return UNKNOWN if UNKNOWN in text else text
    if isinstance(template, Mapping):
        return {name: filled(item, facts) for name, item in template.items()}
    if isinstance(template, list):
        return [filled(item, facts) for item in template]
    return template


def call(session: Session, service: str, operation: str, **request: Any) -> Description:
    """The response of one operation."""
    return getattr(session.client(service), operation)(**request)


def found_or_none(session: Session, service: str, operation: str, **request: Any) -> Description | None:
    """The response of one operation, None when AWS says that the thing does not exist."""
    try:
        return call(session, service, operation, **request)
    except ClientError as error:
        if code_of(error) in ABSENT:
            return None
        raise


def unparted_fields(row: ResourceType) -> list[Field]:
    """The fields whose changes are the row's own update's: neither a part's, nor the provider's instructions."""
    parted = {name for part in row.parts for name in part.names}
    return [field for field in row.fields if field.name not in parted and not _is_instruction(field)]


def own_fields(row: ResourceType) -> list[Field]:
    """The fields that travel in the creating request."""
    return [field for field in unparted_fields(row) if not field.operation]


def _is_instruction(field: Field) -> bool:
    return field.kind is not None and field.member is None


def request_of(session: Session, row: ResourceType, properties: Properties, fields: list[Field]) -> dict[str, Any]:
    """The request that these fields of a resource make."""
    request: dict[str, Any] = {}
    shape = request_shape(session, row.service, row.shape_operation)
    for field in fields:
        value = properties.get(field.name)
        if value is not None and not contains_unknown(value):
            put(request, str(member_of(shape, field)), converted(session, row, field, value))
    return request


def described(session: Session, row: ResourceType, state: Properties) -> Description | None:
    """What AWS says of the resource now, None when it is gone. state holds its properties, outputs and id."""
    if not isinstance(row.read, str):
        return row.read(session, state)
    facts = {**state, **session.facts()}
    response = found_or_none(session, row.service, row.read, **filled(row.read_key or row.key, facts))
    return None if response is None else jmespath.search(filled(row.found, facts), response) or None
