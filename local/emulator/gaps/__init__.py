"""The gaps between MiniStack and AWS that this checkout closes, one module a gap."""

from local.emulator.gaps import (
    batch_actions,
    encryption_context,
    handlers,
    message_moves,
    metric_namespace,
    object_ranges,
    principal_arn,
    secure_transport,
    ticking,
)
from local.emulator.gaps.alarms import actions, evaluating
from local.emulator.gaps.asynchronous import invocations
from local.emulator.gaps.events import bucket_notifications, log_subscriptions, rule_targets, subscriptions
from local.emulator.gaps.handlers import outdated
from local.emulator.gaps.mappings import queues, rights, stream_records, streams
from local.emulator.gaps.metrics import functions, log_events, rest_apis, store
from local.emulator.gaps.metrics import queues as queue_metrics
from local.emulator.gaps.queries import expressions, key_ranges
from local.emulator.gaps.rest_api import custom, patches, proxy, validation
from local.emulator.gaps.settings import GapSettings
from local.emulator.pinned import check_sources

GAPS = (
    *(handlers, outdated, secure_transport, batch_actions, encryption_context, metric_namespace, principal_arn),
    *(object_ranges, message_moves, expressions, key_ranges),
    *(validation, custom, proxy, patches),
    *(rights, queues, streams, stream_records),
    *(invocations, rule_targets, subscriptions, log_subscriptions, bucket_notifications),
    *(queue_metrics, functions, rest_apis, log_events, store, evaluating, actions),
)


def close_all(settings: GapSettings) -> None:
    """Check that every wrapped function is the known one, then close all gaps."""
    check_sources(item for gap in GAPS for item in gap.WRAPPED)
    for gap in GAPS:
        gap.close(settings)
    ticking.start(settings.pace.tick_s)
