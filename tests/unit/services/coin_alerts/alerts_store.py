"""The system's two tables in memory, the stream of the first, and the indexes' sparseness."""

import operator
import re
from collections.abc import Iterator
from typing import Any

from tests.unit.services.fake_tables import FakeTables, value_of
from tests.unit.services.fakes import TIMED_OUT, Item

ALERTS = "crypto-alerts"
WATCH = "price-watch"
COMPARISONS = {"=": operator.eq, "<": operator.lt, ">": operator.gt}


class AlertsStore(FakeTables):
    """Every write that changes an alert becomes a record of the stream, as DynamoDB gives it to Lambda."""

    def __init__(self) -> None:
        super().__init__(crypto_alerts=("userId", "alertId"), price_watch=("exchange", "entry"))
        self.stream: list[dict[str, Any]] = []
        self.lost_replies: list[bool] = []

    def write(self, user: str, alert: str, **attributes: Any) -> None:
        """Puts an alert as its writer does: whole, and without anything of this system's own."""
        self.put_item(TableName=ALERTS, Item={"userId": {"S": user}, "alertId": {"S": alert}, **written(attributes)})

    def change(self, user: str, alert: str, **attributes: Any) -> None:
        """Changes an alert's attributes as its writer does."""
        values = written(attributes)
        self.update_item(
            TableName=ALERTS,
            Key={"userId": {"S": user}, "alertId": {"S": alert}},
            UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in values),
            ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
        )

    def item(self, user: str, alert: str) -> dict[str, Any]:
        return next((i for i in self.items(ALERTS) if (i["userId"], i["alertId"]) == (user, alert)), {})

    def lose_reply(self, after: int) -> None:
        """An update is done and not confirmed, after so many that are."""
        self.lost_replies += [False] * after + [True]

    def put_item(self, *, TableName: str, Item: Item, **request: Any) -> None:  # noqa: N803  # boto3's names
        with self._lock:
            before = self._present(TableName, Item)
            super().put_item(TableName=TableName, Item=Item, **request)
            self._record(TableName, Item, before)

    def update_item(self, *, TableName: str, Key: Item, **request: Any) -> dict[str, Any]:  # noqa: N803
        with self._lock:
            before = self._present(TableName, Key)
            answer = super().update_item(TableName=TableName, Key=Key, **_without_placeholders(request))
            self._record(TableName, Key, before)
            if self.lost_replies and self.lost_replies.pop(0):
                raise TIMED_OUT
            return answer

    def query(self, *, Limit: int, **request: Any) -> dict[str, Any]:  # noqa: N803
        self.enter("query")
        found = [item for _, item in self._matching(request["TableName"], request)][:Limit]
        return {"Items": found}

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        """Pages of what was found at first: as an index is that shows none of the writes since."""
        found = [item for _, item in self._matching(request["TableName"], request)]
        size = request.get("PaginationConfig", {}).get("PageSize", 1000)
        for start in range(0, len(found) or 1, size):
            self.enter("query")
            page = found[start : start + size]
            self.read += len(page)
            yield {"Items": page}

    def _matching(self, table: str, request: dict[str, Any]) -> list[tuple[Any, Item]]:
        """What the base class finds, for comparisons that it does not know, too."""
        values = request["ExpressionAttributeValues"]
        clauses = [
            (name, COMPARISONS[sign], value_of(values[placeholder]))
            for name, sign, placeholder in map(str.split, request["KeyConditionExpression"].split(" AND "))
        ]
        with self._lock:
            seen = self.tables[table] | (self.stale[table] if "IndexName" in request else {})
            entries = [
                (([value_of(item[name]) for name, _, _ in clauses], key), dict(item))
                for key, item in seen.items()
                if all(name in item and compare(value_of(item[name]), value) for name, compare, value in clauses)
            ]
        return sorted(entries, key=lambda entry: entry[0])

    def _present(self, table: str, key: Item) -> Item:
        return self.tables[table].get(self._key(table, key), {})

    def _record(self, table: str, key: Item, before: Item) -> None:
        after = self._present(table, key)
        if table != ALERTS or after == before:
            return
        images = {"NewImage": dict(after)} | ({"OldImage": dict(before)} if before else {})
        number = str(len(self.stream)).zfill(21)
        name = "MODIFY" if before else "INSERT"
        self.stream.append({"eventName": name, "dynamodb": {"SequenceNumber": number, **images}})


def written(attributes: dict[str, Any]) -> Item:
    """Plain values as attributes: strings as S, numbers as N, and what is an attribute already as it is."""
    kinds = {str: "S", int: "N"}
    return {
        name: value if isinstance(value, dict) else {kinds[type(value)]: str(value)}
        for name, value in attributes.items()
    }


def _without_placeholders(request: dict[str, Any]) -> dict[str, Any]:
    names = request.pop("ExpressionAttributeNames", {})
    expressions = {
        part: re.sub(r"#\w+", lambda match: names[match[0]], request[part])
        for part in ("UpdateExpression", "ConditionExpression")
        if part in request
    }
    return request | expressions
