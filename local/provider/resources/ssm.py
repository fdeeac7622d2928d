"""Systems Manager: parameters."""

from typing import Any

from local.provider.calls import call, found_or_none
from local.provider.schema import Change, Description, Field, ResourceType, Tagging
from local.provider.session import Session
from local.provider.values import Properties


def _create(session: Session, inputs: Properties) -> Description:
    return call(session, "ssm", "put_parameter", **_request(inputs), Overwrite=bool(inputs.get("overwrite")))


def _update(change: Change) -> None:
    call(change.session, "ssm", "put_parameter", **_request(change.new), Overwrite=True)


def _request(inputs: Properties) -> dict[str, Any]:
    members = {
        "Name": inputs["name"],
        "Type": inputs["type"],
        "Value": inputs.get("value", inputs.get("insecureValue")),
        "Description": inputs.get("description"),
        "KeyId": inputs.get("keyId") if inputs["type"] == "SecureString" else None,
        "AllowedPattern": inputs.get("allowedPattern"),
        "Tier": inputs.get("tier"),
        "DataType": inputs.get("dataType"),
    }
    return {name: value for name, value in members.items() if value is not None}


def _read(session: Session, state: Properties) -> Description | None:
    response = found_or_none(session, "ssm", "get_parameter", Name=state["id"], WithDecryption=True)
    if response is None:
        return None
    named = [{"Key": "Name", "Option": "Equals", "Values": [state["id"]]}]
    found = call(session, "ssm", "describe_parameters", ParameterFilters=named)["Parameters"]
    parameter = {**(found[0] if found else {}), **response["Parameter"]}
    if "insecureValue" in state:
        parameter["InsecureValue"] = parameter.pop("Value")
    return parameter


def _check(inputs: Properties) -> list[tuple[str, str]]:
    given = [name for name in ("value", "insecureValue") if name in inputs]
    if len(given) != 1:
        return [("value", "exactly one of 'value' and 'insecureValue' is needed")]
    if given == ["insecureValue"] and inputs["type"] == "SecureString":
        return [("insecureValue", "a SecureString takes 'value'")]
    return []


def _downgrades(old: Any, new: Any) -> bool:
    return old == "Advanced" and new == "Standard"


def _arn(facts: Properties) -> str:
    return f"arn:aws:ssm:{facts['region']}:{facts['account']}:parameter/{facts['name'].removeprefix('/')}"


ROWS = (
    ResourceType(
        pulumi_type="aws:ssm/parameter:Parameter",
        service="ssm",
        shape="put_parameter",
        fields=(
            Field("name", required=True, force_new=True),
            Field("type", required=True),
            Field("value"),
            Field("insecureValue", member="Value", found="InsecureValue"),
            Field("description"),
            Field("keyId", computed=True),
            Field("allowedPattern"),
            Field("tier", computed=True, force_new_if=_downgrades),
            Field("dataType", computed=True, force_new=True),
            Field("overwrite", kind=bool, write_only=True),
        ),
        create=_create,
        id="{name}",
        identity=("name",),
        key={"Name": "{id}"},
        read=_read,
        update=_update,
        delete="delete_parameter",
        check=_check,
        templates={"arn": _arn},
        outputs={"version": "Version"},
        volatile={"version": ()},
        tagging=Tagging(
            on_create=None,
            tag="add_tags_to_resource",
            untag="remove_tags_from_resource",
            arn=("ResourceId", "{id}"),
            extra={"ResourceType": "Parameter"},
            listed="list_tags_for_resource",
            found="TagList",
        ),
    ),
)
