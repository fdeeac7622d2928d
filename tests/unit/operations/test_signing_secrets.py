"""Where the secrets come from that webhooks are signed with."""

import pytest

from operations.problem import OperationError
from operations.signing_secrets import signing_secrets
from shared.model import Ciphertext, Function, Key, System, decrypts
from tests.unit.operations.fakes import FakePulumi, as_command, target

KEY = Key("shop")


def system(*names: str) -> System:
    uses = tuple(decrypts(Ciphertext(name, key=KEY)) for name in names)
    return System("shop", functions=(Function("reader", 5, uses=uses),))


def test_each_signer_of_a_document_has_its_current_secret() -> None:
    pulumi = FakePulumi(target())
    pulumi.secrets = {
        "shop-endpoint": "https://example.com",
        "shop-credentials": '{"coinbase": {"webhook_secrets": ["new", "old"]}, "kraken": {"api_key": "k"}}',
    }
    found = signing_secrets(as_command(pulumi), system("endpoint", "credentials"))
    assert found.of("coinbase") == b"new"
    assert "new" not in repr(found)
    with pytest.raises(OperationError, match="signed by 'kraken'; there are: coinbase"):
        found.of("kraken")


def test_a_system_without_secrets_to_sign_with_says_so() -> None:
    pulumi = FakePulumi(target())
    pulumi.secrets = {"shop-endpoint": "https://example.com"}
    with pytest.raises(OperationError, match="system 'shop' has no secrets that webhooks are signed with"):
        signing_secrets(as_command(pulumi), system("endpoint"))
