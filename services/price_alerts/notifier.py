"""Publishing alerts, and marking what was published."""

from collections.abc import Sequence
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from services.common.batches import MAX_ENTRIES
from services.common.notifications import Notification, NotificationTopic
from services.common.telemetry import logger
from services.common.timestamp import Clock
from services.common.workers import Workers
from services.price_alerts.domain.alert import Alert, alert_attributes, alert_subject, alert_text
from services.price_alerts.outbox import Outbox


@dataclass(frozen=True)
class Notifier:
    """Takes alerts from the outbox to the topic."""

    outbox: Outbox
    topic: NotificationTopic
    workers: Workers
    clock: Clock

    def deliver(self, alerts: Sequence[Alert]) -> int:
        """How many were published and marked; the others stay in the outbox, and why is logged."""
        shares = [alerts[start : start + MAX_ENTRIES] for start in range(0, len(alerts), MAX_ENTRIES)]
        published = [alert for share in self.workers.map(self._publish, shares) for alert in share]
        return sum(self.workers.map(self._mark, published))

    def _publish(self, alerts: Sequence[Alert]) -> list[Alert]:
        confirmed = self.topic.publish(map(_notification, alerts))
        return [alert for alert in alerts if alert.message_id in confirmed]

    def _mark(self, alert: Alert) -> bool:
        try:
            self.outbox.mark_notified(alert, self.clock())
        except (ClientError, BotoCoreError) as error:
            log = {"message_id": alert.message_id, "reason": str(error)}
            logger.error("alert published but not marked; a second copy may follow", extra=log)
            return False
        return True


def _notification(alert: Alert) -> Notification:
    return Notification(alert.message_id, alert_text(alert), alert_attributes(alert), alert_subject(alert))
