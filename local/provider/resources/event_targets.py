"""EventBridge: what a rule sends to."""

from typing import Any

from local.provider.calls import call, found_or_none, own_fields, request_of
from local.provider.errors import ProviderError
from local.provider.resources.events import DEFAULT_BUS
from local.provider.schema import Change, Description, Field, ResourceType
from local.provider.session import Session
from local.provider.values import Properties


def _put(session: Session, inputs: Properties) -> Description:
    request = request_of(session, TARGET, inputs, own_fields(TARGET))
    response = call(session, "events", "put_targets", **{**request, "Targets": [request["Targets"]]})
    _refuse_failures(response)
    return response


def _update(change: Change) -> None:
    _put(change.session, change.new)


def _read(session: Session, state: Properties) -> Description | None:
    response = found_or_none(session, "events", "list_targets_by_rule", **_rule(state))
    targets = response["Targets"] if response else []
    found = next((target for target in targets if target["Id"] == state["targetId"]), None)
    return {**_rule(state), "Targets": found} if found else None


def _delete(session: Session, state: Properties) -> None:
    if _read(session, state) is not None:
        _refuse_failures(call(session, "events", "remove_targets", **_rule(state), Ids=[state["targetId"]]))


def _rule(state: Properties) -> dict[str, str]:
    return {"Rule": state["rule"], "EventBusName": state["eventBusName"]}


def _refuse_failures(response: dict[str, Any]) -> None:
    if response.get("FailedEntryCount"):
        entry = response["FailedEntries"][0]
        raise ProviderError(f"target {entry.get('TargetId')}: {entry.get('ErrorCode')}: {entry.get('ErrorMessage')}")


def _check(inputs: Properties) -> list[tuple[str, str]]:
    given = [name for name in ("input", "inputPath", "inputTransformer") if name in inputs]
    return [(given[0], f"only one of {', '.join(given)} may be given")] if len(given) > 1 else []


def _id(facts: Properties) -> str:
    bus = "" if facts["eventBusName"] == DEFAULT_BUS else f"{facts['eventBusName']}-"
    return f"{bus}{facts['rule']}-{facts['targetId']}"


TARGET = ResourceType(
    pulumi_type="aws:cloudwatch/eventTarget:EventTarget",
    service="events",
    shape="put_targets",
    fields=(
        Field("rule", required=True, force_new=True),
        Field("eventBusName", default=DEFAULT_BUS, force_new=True),
        Field("targetId", member="Targets.Id", required=True, force_new=True),
        Field("arn", member="Targets.Arn", required=True),
        Field("roleArn", member="Targets.RoleArn"),
        Field("input", member="Targets.Input", json=True, ordered=True),
        Field("inputPath", member="Targets.InputPath"),
        Field(
            "inputTransformer",
            member="Targets.InputTransformer",
            fields=(Field("inputPaths", member="InputPathsMap"), Field("inputTemplate", required=True)),
        ),
        Field("deadLetterConfig", member="Targets.DeadLetterConfig", fields=(Field("arn"),)),
        Field(
            "retryPolicy",
            member="Targets.RetryPolicy",
            fields=(Field("maximumEventAgeInSeconds"), Field("maximumRetryAttempts")),
        ),
        Field("sqsTarget", member="Targets.SqsParameters", fields=(Field("messageGroupId"),)),
        Field("forceDestroy", kind=bool, default=False, write_only=True),
    ),
    create=_put,
    id=_id,
    identity=("eventBusName", "rule", "targetId"),
    key={},
    read=_read,
    update=_update,
    delete=_delete,
    check=_check,
)

ROWS = (TARGET,)
