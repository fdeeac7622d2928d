import base64
import io
from typing import Any

import pytest

from services.common.ciphertext import Ciphertext, ciphertext_context
from services.common.secret_parameter import SecretUnavailableError
from tests.unit.services.fakes import THROTTLED, TIMED_OUT, Failing, client_error

pytestmark = pytest.mark.requirement("PA-8", "ALL-13")

CONTEXT = ciphertext_context("unit", "price-alerts", "exchange-credentials")
BLOB = base64.b64encode(b"encrypted").decode()


class FakeKms(Failing):
    """Decrypts one blob under one context."""

    def __init__(self, plaintext: bytes = b"the secret") -> None:
        super().__init__()
        self.plaintext = plaintext

    def decrypt(self, *, CiphertextBlob: bytes, EncryptionContext: dict[str, str]) -> dict[str, Any]:  # noqa: N803
        self.enter("decrypt")
        if (CiphertextBlob, EncryptionContext) != (b"encrypted", CONTEXT):
            raise client_error("InvalidCiphertextException")
        return {"Plaintext": self.plaintext}


def test_it_is_decrypted_at_first_use_and_once():
    kms = FakeKms()
    ciphertext = Ciphertext(kms, BLOB, CONTEXT)
    assert kms.calls["decrypt"] == 0
    assert ciphertext.plaintext() == ciphertext.plaintext() == "the secret"
    assert kms.calls["decrypt"] == 1


@pytest.mark.parametrize(
    "context",
    [
        ciphertext_context("prod", "price-alerts", "exchange-credentials"),
        ciphertext_context("unit", "coin-alerts", "exchange-credentials"),
        ciphertext_context("unit", "price-alerts", "another"),
        {},
    ],
)
def test_it_is_of_no_use_in_another_place(context: dict[str, str]):
    with pytest.raises(SecretUnavailableError):
        Ciphertext(FakeKms(), BLOB, context).plaintext()


@pytest.mark.parametrize("error", [THROTTLED, TIMED_OUT, client_error("AccessDeniedException")])
def test_a_failure_is_told_in_the_log_and_the_next_use_tries_again(error: Exception, log: io.StringIO):
    kms = FakeKms()
    kms.fail("decrypt", error)
    ciphertext = Ciphertext(kms, BLOB, CONTEXT)
    with pytest.raises(SecretUnavailableError):
        ciphertext.plaintext()
    assert '"secret":"exchange-credentials"' in log.getvalue()
    assert ciphertext.plaintext() == "the secret"


@pytest.mark.parametrize(
    ("blob", "plaintext", "advice"),
    [("no base64!", b"", "deploy the function again"), (BLOB, b"hunter2\xff", "set the secret again")],
)
def test_what_can_never_be_decrypted_is_told_without_being_shown(
    blob: str, plaintext: bytes, advice: str, log: io.StringIO
):
    with pytest.raises(SecretUnavailableError) as refusal:
        Ciphertext(FakeKms(plaintext), blob, CONTEXT).plaintext()
    assert refusal.value.__context__ is None
    assert advice in log.getvalue()
    assert "hunter2" not in log.getvalue()
