"""Customer-managed keys: enabled, rotated, under their alias, and administered by name."""

from collections.abc import Iterator

from operations.validation.deployed import Deployed
from operations.validation.documents import allows_service, statements
from operations.validation.examination import Examined, elements, examine_each, shows
from operations.validation.finding import Fact, Finding, agrees, equals, holds
from shared.model import Key


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on every key of the account's own."""
    keys = elements(deployed, lambda system: system.keys, lambda _, key: deployed.naming.key_alias(key))
    return examine_each(keys, (_standing, _policy))


@shows("ALL-9")
def _standing(key: Examined[Key]) -> Iterator[Fact]:
    id_ = key.deployed.output(key.element, "id")
    found = key.ask("kms", "describe_key", KeyId=id_)["KeyMetadata"]
    yield equals("key's state", found["KeyState"], "Enabled")
    yield equals("key's manager", found["KeyManager"], "CUSTOMER")
    yield equals("rotation", key.ask("kms", "get_key_rotation_status", KeyId=id_)["KeyRotationEnabled"], True)
    aliases = [alias["AliasName"] for alias in key.ask("kms", "list_aliases", KeyId=id_)["Aliases"]]
    yield equals("aliases", aliases, [key.name])


@shows("ALL-3")
def _policy(key: Examined[Key]) -> Iterator[Fact]:
    id_ = key.deployed.output(key.element, "id")
    document = key.ask("kms", "get_key_policy", KeyId=id_, PolicyName="default")["Policy"]
    wide = [action for said in statements(document) for action in said["Action"] if "*" in action]
    yield agrees("key policy", wide, "names every action")
    unbound = [
        ", ".join(said["Principal"]["Service"])
        for said in statements(document)
        if isinstance(said["Principal"], dict) and "Service" in said["Principal"] and "Condition" not in said
    ]
    yield agrees("services that use the key", unbound, "only for this account")
    for service in key.element.used_by:
        well = all(allows_service(document, service, action) for action in ("kms:Decrypt", "kms:GenerateDataKey"))
        yield holds(f"{service} uses the key", well, well, "allowed for this account")
