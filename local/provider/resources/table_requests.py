"""DynamoDB: a table's inputs as requests, and its description as inputs."""

from collections.abc import Iterator
from typing import Any

from local.provider.values import Properties, contains_unknown

Request = dict[str, Any]
ON_DEMAND = "PAY_PER_REQUEST"
TABLE_KEYS = ("hashKey", "rangeKey")


def creation(inputs: Properties) -> Request:
    """The request that creates a table."""
    request: Request = {
        "TableName": inputs["name"],
        "AttributeDefinitions": _attributes(inputs),
        "KeySchema": _keys(inputs["hashKey"], inputs.get("rangeKey")),
        "BillingMode": inputs["billingMode"],
        "TableClass": inputs["tableClass"],
        "DeletionProtectionEnabled": inputs["deletionProtectionEnabled"],
        "ProvisionedThroughput": _throughput(inputs, inputs["billingMode"]),
        "GlobalSecondaryIndexes": [_global_index(entry, inputs) for entry in inputs.get("globalSecondaryIndexes", [])],
        "LocalSecondaryIndexes": [
            _index(entry, _keys(inputs["hashKey"], entry.get("rangeKey")), None)
            for entry in inputs.get("localSecondaryIndexes", [])
        ],
        "StreamSpecification": _stream(inputs) if inputs["streamEnabled"] else None,
        "SSESpecification": _encryption(inputs) if inputs.get("serverSideEncryption") else None,
    }
    return {name: value for name, value in request.items() if value not in (None, [])}


def updates(old: Properties, new: Properties) -> Iterator[Request]:
    """The requests that lead from one table to another, in the order in which DynamoDB takes them."""
    if _differ(old, new, "billingMode", "readCapacity", "writeCapacity"):
        throughput = _throughput(new, new["billingMode"])
        yield {"BillingMode": new["billingMode"]} | ({"ProvisionedThroughput": throughput} if throughput else {})
    if _differ(old, new, "streamEnabled", "streamViewType"):
        if old.get("streamEnabled"):
            yield {"StreamSpecification": {"StreamEnabled": False}}
        if new["streamEnabled"]:
            yield {"StreamSpecification": _stream(new)}
    if _differ(old, new, "serverSideEncryption"):
        yield {"SSESpecification": _encryption(new)}
    if _differ(old, new, "tableClass"):
        yield {"TableClass": new["tableClass"]}
    if _differ(old, new, "deletionProtectionEnabled"):
        yield {"DeletionProtectionEnabled": new["deletionProtectionEnabled"]}
    yield from _index_updates(old, new)


def _index_updates(old: Properties, new: Properties) -> Iterator[Request]:
    before = {entry["name"]: entry for entry in old.get("globalSecondaryIndexes", [])}
    after = {entry["name"]: entry for entry in new.get("globalSecondaryIndexes", [])}
    # DynamoDB changes one index at a time; one of another shape is made anew.
    for name in [name for name, entry in before.items() if after.get(name) != entry]:
        yield {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}]}
    for index in [entry for name, entry in after.items() if before.get(name) != entry]:
        yield {
            "AttributeDefinitions": _attributes(new),
            "GlobalSecondaryIndexUpdates": [{"Create": _global_index(index, new)}],
        }


def inputs(table: dict[str, Any], backups: dict[str, Any], ttl: dict[str, Any], state: Properties) -> Properties:
    """A table's description as the program's inputs, and the outputs of its stream."""
    stream = table.get("StreamSpecification") or {}
    throughput = table.get("ProvisionedThroughput") or {}
    keys = _named_keys(table["KeySchema"])
    return {
        **keys,
        "attributes": table["AttributeDefinitions"],
        "billingMode": (table.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED"),
        "readCapacity": throughput.get("ReadCapacityUnits"),
        "writeCapacity": throughput.get("WriteCapacityUnits"),
        "globalSecondaryIndexes": table.get("GlobalSecondaryIndexes", []),
        "localSecondaryIndexes": [_local_index_inputs(entry) for entry in table.get("LocalSecondaryIndexes", [])],
        "streamEnabled": stream.get("StreamEnabled", False),
        "streamViewType": stream.get("StreamViewType") if stream.get("StreamEnabled") else None,
        "serverSideEncryption": _encryption_inputs(table.get("SSEDescription") or {}),
        "tableClass": (table.get("TableClassSummary") or {}).get("TableClass", "STANDARD"),
        "deletionProtectionEnabled": table.get("DeletionProtectionEnabled", False),
        "pointInTimeRecovery": _recovery_inputs(backups.get("PointInTimeRecoveryDescription") or {}),
        "ttl": _ttl_inputs(ttl, state.get("ttl") or {}),
        "streamArn": table.get("LatestStreamArn") if stream.get("StreamEnabled") else None,
        "streamLabel": table.get("LatestStreamLabel") if stream.get("StreamEnabled") else None,
    }


def problems(inputs: Properties) -> list[tuple[str, str]]:
    """What DynamoDB refuses in a table's properties taken together."""
    stream = inputs.get("streamEnabled")
    if stream is True and not inputs.get("streamViewType"):
        return [("streamViewType", "is needed with 'streamEnabled'")]
    if contains_unknown([inputs.get(name) for name in ("attributes", "globalSecondaryIndexes", "hashKey", "rangeKey")]):
        return []
    used = {entry.get(key) for entry in [inputs, *inputs.get("localSecondaryIndexes", [])] for key in TABLE_KEYS}
    used |= {key["attributeName"] for index in inputs.get("globalSecondaryIndexes", []) for key in index["keySchemas"]}
    used -= {None}
    declared = {entry.get("name") for entry in inputs["attributes"]}
    if used != declared:
        odd = ", ".join(sorted(str(name) for name in used ^ declared))
        return [("attributes", f"must declare exactly the attributes that keys and indexes use; {odd} differs")]
    return []


def _attributes(inputs: Properties) -> list[Request]:
    return [{"AttributeName": entry["name"], "AttributeType": entry["type"]} for entry in inputs["attributes"]]


def _keys(hash_key: str, range_key: str | None) -> list[Request]:
    keys = [{"AttributeName": hash_key, "KeyType": "HASH"}]
    return [*keys, {"AttributeName": range_key, "KeyType": "RANGE"}] if range_key else keys


def _named_keys(schema: list[dict[str, str]]) -> Properties:
    names = {"HASH": "hashKey", "RANGE": "rangeKey"}
    return {names[entry["KeyType"]]: entry["AttributeName"] for entry in schema}


def _throughput(entry: Properties, billing_mode: str) -> Request | None:
    if billing_mode == ON_DEMAND:
        return None
    return {"ReadCapacityUnits": entry.get("readCapacity", 1), "WriteCapacityUnits": entry.get("writeCapacity", 1)}


def _global_index(entry: Properties, table: Properties) -> Request:
    keys = [{"AttributeName": key["attributeName"], "KeyType": key["keyType"]} for key in entry["keySchemas"]]
    return _index(entry, keys, _throughput(entry, table["billingMode"]))


def _index(entry: Properties, keys: list[Request], throughput: Request | None) -> Request:
    projection: Request = {"ProjectionType": entry["projectionType"]}
    if entry.get("nonKeyAttributes"):
        projection["NonKeyAttributes"] = entry["nonKeyAttributes"]
    index: Request = {"IndexName": entry["name"], "KeySchema": keys, "Projection": projection}
    return index | ({"ProvisionedThroughput": throughput} if throughput else {})


def _local_index_inputs(index: dict[str, Any]) -> dict[str, Any]:
    # In AWS's own members, where the table of fields looks for them.
    keys = {entry["KeyType"]: entry["AttributeName"] for entry in index["KeySchema"]}
    return {**index, "KeySchema": {"RANGE": keys.get("RANGE")}}


def _stream(inputs: Properties) -> Request:
    return {"StreamEnabled": True, "StreamViewType": inputs["streamViewType"]}


def _encryption(inputs: Properties) -> Request:
    stated = inputs.get("serverSideEncryption") or {"enabled": False}
    if not stated["enabled"]:
        return {"Enabled": False}
    key = stated.get("kmsKeyArn")
    return {"Enabled": True, "SSEType": "KMS"} | ({"KMSMasterKeyId": key} if key else {})


def _encryption_inputs(described: dict[str, Any]) -> dict[str, Any]:
    enabled = described.get("Status") in {"ENABLED", "ENABLING", "UPDATING"}
    return {"Enabled": enabled, "KMSMasterKeyId": described.get("KMSMasterKeyArn") if enabled else None}


def _recovery_inputs(described: dict[str, Any]) -> dict[str, Any]:
    enabled = described.get("PointInTimeRecoveryStatus") == "ENABLED"
    return {
        "PointInTimeRecoveryEnabled": enabled,
        "RecoveryPeriodInDays": described.get("RecoveryPeriodInDays") if enabled else None,
    }


def _ttl_inputs(described: dict[str, Any], stated: Properties) -> dict[str, Any]:
    if described.get("TimeToLiveStatus") not in {"ENABLED", "ENABLING"}:
        # DynamoDB forgets the attribute of a TTL that is off.
        return {"Enabled": False} | ({} if stated.get("enabled") else {"AttributeName": stated.get("attributeName")})
    return {"AttributeName": described["AttributeName"], "Enabled": True}


def _differ(old: Properties, new: Properties, *names: str) -> bool:
    return any(old.get(name) != new.get(name) for name in names)
