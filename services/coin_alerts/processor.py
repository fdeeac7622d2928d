"""What follows from a batch of the stream: triggered alerts are notified, then new terms are judged.

Lambda runs one invocation at a time for an alert, and only the stream notifies: a second copy needs a crash or a lost
reply between publish and mark. Notifications go first, since arming an alert anew forgets how it was triggered.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from services.coin_alerts.alert_book import AlertBook
from services.coin_alerts.alert_item import AlertKey, Image, alert_of, key_of, price_alert_of
from services.coin_alerts.domain.price_alert import PriceAlert
from services.coin_alerts.stream_record import Change
from services.coin_alerts.watch_table import WatchTable
from services.common.invalid_input import InvalidInputError
from services.common.notifications import Notification, NotificationTopic
from services.common.telemetry import logger
from services.common.timestamp import Clock


@dataclass
class Processed:
    """What came of a batch: counts, and the alerts whose records are to be handed over again."""

    notified: int = 0
    armed: int = 0
    refused: int = 0
    failed: set[AlertKey] = field(default_factory=set)


@dataclass(frozen=True)
class AlertProcessor:
    """Notifies, arms and refuses; `new_revision` makes an id that was never used before."""

    book: AlertBook
    watch: WatchTable
    topic: NotificationTopic
    clock: Clock
    new_revision: Callable[[], str]

    def process(self, changes: Iterable[Change]) -> Processed:
        """Every change, in its order; one that fails holds up none of the others but its own alert's."""
        changes = list(changes)
        outcome = Processed()
        self._notify({change.key for change in changes if change.waits}, outcome)
        registered: set[str] = set()
        for change in changes:
            if change.sets_terms and change.key not in outcome.failed:
                try:
                    self._judge(change.image, registered, outcome)
                except (ClientError, BotoCoreError) as error:
                    _log_failure("alert not judged", change.key, error)
                    outcome.failed.add(change.key)
        return outcome

    def _notify(self, keys: set[AlertKey], outcome: Processed) -> None:
        if not keys:
            return
        alerts: dict[str, PriceAlert] = {}
        # A record may be handed over again after its notification was published, so the present items decide.
        for item in self.book.waiting(keys):
            try:
                alert = price_alert_of(item)
            except InvalidInputError as error:
                logger.error("alert can't be notified", extra=_log(key_of(item)) | {"reason": error.message})
                self.book.give_up(key_of(item), error.message)
                outcome.refused += 1
                continue
            alerts[alert.message_id] = alert
        published = self.topic.publish(_notification(alert) for alert in alerts.values())
        for message_id, alert in alerts.items():
            key = AlertKey(alert.user_id, alert.alert_id)
            if message_id in published and self._mark(key, alert):
                outcome.notified += 1
            else:
                outcome.failed.add(key)

    def _mark(self, key: AlertKey, alert: PriceAlert) -> bool:
        try:
            self.book.mark_notified(key, alert.message_id, self.clock())
        except (ClientError, BotoCoreError) as error:
            _log_failure("alert notified but not marked; a second copy may follow", key, error)
            return False
        logger.info("alert notified", extra=_log(key) | {"correlation_id": alert.correlation_id})
        return True

    def _judge(self, image: Image, registered: set[str], outcome: Processed) -> None:
        revision = self.new_revision()
        try:
            key, terms = alert_of(image)
        except InvalidInputError as refusal:
            if self.book.refuse(image, refusal.message, revision):
                logger.warning("alert refused", extra=_log(key_of(image)) | {"reason": refusal.message})
                outcome.refused += 1
            return
        # Before the alert is armed, so that no crash leaves one armed whose coin nobody watches.
        if terms.coin_symbol not in registered:
            self.watch.register(terms.coin_symbol, self.clock())
            registered.add(terms.coin_symbol)
        if self.book.arm(image, terms, revision, self.clock()):
            logger.info("alert armed", extra=_log(key) | {"armed_for": terms.armed_for})
            outcome.armed += 1


def _notification(alert: PriceAlert) -> Notification:
    return Notification(alert.message_id, alert.text, alert.attributes, subject=alert.subject, email=alert.email)


def _log(key: AlertKey) -> dict[str, str]:
    return {"user_id": key.user_id, "alert_id": key.alert_id}


def _log_failure(message: str, key: AlertKey, error: Exception) -> None:
    logger.error(message, extra=_log(key) | {"reason": str(error)})
