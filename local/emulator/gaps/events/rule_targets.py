"""A rule's event reaches a target only by the target's own permission; else it goes to the target's dead-letter queue.

AWS documentation, EventBridge user guide: "Using resource-based policies for Amazon EventBridge" (functions, queues
and topics admit events.amazonaws.com), "How EventBridge retries delivering events", "Using dead-letter queues to
process undelivered events" (missing permissions and missing targets are not retried; the message's attributes; the
queue's policy must admit the rule), "Monitoring Amazon EventBridge" (metrics); functions are invoked asynchronously.

MiniStack asks nobody, calls functions once, and drops what it can't deliver. A release that asks makes this
unnecessary. The errors that a retry policy is for (a target that is unavailable or throttles) do not occur here, so it
has no effect. Not supplied: targets other than functions, queues and topics are left as they are.
"""

import json
import logging
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, NamedTuple

from local.emulator.gaps import service_rights
from local.emulator.gaps.metrics.queues import note_sent
from local.emulator.gaps.metrics.store import STORE
from local.emulator.gaps.permissions import permits
from local.emulator.gaps.queue_entry import put
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.eventbridge", "_invoke_target", "550e304af0809563"),
    Wrapped("services.eventbridge", "_dispatch_to_lambda", "1f95adbaed3a966a"),
    Wrapped("services.eventbridge", "_dispatch_to_sqs", "eb75981283a29783"),
    Wrapped("services.eventbridge", "_dispatch_to_sns", "72c921fe20b631e3"),
    Wrapped("services.lambda_svc", "_get_func_record_for_ref", "492b4efe8f903a0f"),
    Wrapped("services.lambda_svc", "_execution_record_for_config", "632acaa44892bdae"),
    *service_rights.WRAPPED,
)
EVENTS = "events.amazonaws.com"
NO_PERMISSIONS, NO_RESOURCE = "NO_PERMISSIONS", "NO_RESOURCE"
logger = logging.getLogger("events")


class _Delivery(NamedTuple):
    """The target, the rule and the whole event of the delivery at hand."""

    target: dict[str, Any]
    rule: dict[str, Any]
    event: Callable[[], Any]

    def publish(self, name: str) -> None:
        STORE.note("AWS/Events", name, 1, "Count", (("RuleName", self.rule["Name"]),))


class _UndeliverableError(Exception):
    """(error code, message)"""


_delivery: ContextVar[_Delivery] = ContextVar("delivery")


def close(_: GapSettings) -> None:
    """Ask before each dispatch."""
    events = load("services.eventbridge")
    invoke, to_queue, to_topic = events._invoke_target, events._dispatch_to_sqs, events._dispatch_to_sns

    def invoked(target: dict[str, Any], event: Any, rule: dict[str, Any], view: Any = None) -> None:
        view = view or events._pattern_event_view(event)
        _delivery.set(_Delivery(target, rule, view.event_with_detail))
        invoke(target, event, rule, view)

    def queued(spec: Any, payload: str, parameters: dict[str, Any] | None = None) -> None:
        _ask_queue(str(spec))
        to_queue(spec, payload, parameters)
        note_sent(str(spec).rpartition(":")[2])

    def published(arn: str, payload: str) -> None:
        _ask_topic(arn)
        to_topic(arn, payload)

    events._invoke_target = invoked
    events._dispatch_to_lambda = _or_dead_letter(_call)
    events._dispatch_to_sqs, events._dispatch_to_sns = _or_dead_letter(queued), _or_dead_letter(published)


def _or_dead_letter(dispatch: Callable[..., None]) -> Callable[..., None]:
    def dispatched(*arguments: Any) -> None:
        delivery = _delivery.get()
        try:
            dispatch(*arguments)
            delivery.publish("Invocations")
        except _UndeliverableError as undeliverable:
            code, message = undeliverable.args
            delivery.publish("FailedInvocations")
            logger.warning("%s: %s", code, message)
            _bury(delivery, code, message)

    return dispatched


def _call(arn: str, payload: str) -> None:
    service = load("services.lambda_svc")
    record, config, _ = service._get_func_record_for_ref(arn)
    if record is None:
        raise _UndeliverableError(NO_RESOURCE, f"there is no function {arn}")
    rule = _delivery.get().rule["Arn"]
    if not permits(record, EVENTS, rule):
        raise _UndeliverableError(NO_PERMISSIONS, f"{arn} has no permission that lets {EVENTS} call it for {rule}")
    try:
        event = json.loads(payload)
    except ValueError:
        # A template may make plain text of an event.
        event = payload
    service.invoke_async_with_retry(service._execution_record_for_config(record, config), event)


def _ask_queue(arn: str) -> None:
    if load("services.sqs")._queue_by_arn(arn) is None:
        raise _UndeliverableError(NO_RESOURCE, f"there is no queue {arn}")
    refusal = service_rights.refusal_to_send(arn, EVENTS, _delivery.get().rule["Arn"])
    if refusal:
        raise _UndeliverableError(NO_PERMISSIONS, refusal)


def _ask_topic(arn: str) -> None:
    if load("services.sns")._topic_by_arn_any_scope(arn) is None:
        raise _UndeliverableError(NO_RESOURCE, f"there is no topic {arn}")
    refusal = service_rights.refusal_to_publish(arn, EVENTS, _delivery.get().rule["Arn"])
    if refusal:
        raise _UndeliverableError(NO_PERMISSIONS, refusal)


def _bury(delivery: _Delivery, code: str, message: str) -> None:
    queue = (delivery.target.get("DeadLetterConfig") or {}).get("Arn")
    if not queue:
        return
    rule = delivery.rule["Arn"]
    found = load("services.sqs")._queue_by_arn(queue) is not None
    refusal = service_rights.refusal_to_send(queue, EVENTS, rule) if found else f"there is no queue {queue}"
    if refusal:
        delivery.publish("InvocationsFailedToBeSentToDlq")
        logger.error("The event was dropped: %s", refusal)
        return
    attributes = {"RULE_ARN": rule, "TARGET_ARN": delivery.target["Arn"], "ERROR_CODE": code, "ERROR_MESSAGE": message}
    put(queue, json.dumps(delivery.event()), attributes)
    delivery.publish("InvocationsSentToDlq")
