"""Samples are read to the letter, signed and posted."""

from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import msgspec
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from operations.problem import OperationError
from operations.request_signing import IamSigning, WebhookSigning
from operations.signing_secrets import SigningSecrets
from operations.webhooks import Sample, WebhookSender, read_samples
from services.common.signature import NoSignatureMatchesError, verify


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "webhooks.jsonl"


def test_a_body_is_posted_as_it_is_written(file: Path) -> None:
    body = b'{ "amount": 0.10, "big": 1e400, "long": 1.000000000000000000000000000000000000001, "s": "\\u00e9" }'
    file.write_bytes(b'{"expect": 202, "arrives": "payments-queue", "body": ' + body + b"}\n")
    (sample,) = read_samples(file)
    assert bytes(sample.body) == body
    assert (sample.expect, sample.arrives, sample.signed) == (202, "payments-queue", True)


def test_a_line_without_a_body_is_the_body(file: Path) -> None:
    file.write_text('{"event_id": "one", "amount": 0.10}\n')
    assert [bytes(sample.body) for sample in read_samples(file)] == [b'{"event_id": "one", "amount": 0.10}']


def test_ids_of_one_run_are_the_same_in_all_lines_and_others_in_the_next_run(file: Path) -> None:
    file.write_text('{"event_id": "a-{run}"}\n\n{"event_id": "a-{run}"}\n')
    first, again = read_samples(file)
    assert bytes(first.body) == bytes(again.body)
    assert b"{run}" not in bytes(first.body)
    assert bytes(read_samples(file)[0].body) != bytes(first.body)


@pytest.mark.parametrize(
    "line", ["not json", "[]", "7", '{"body": {}, "expects": 1}', '{"body": {}, "expect": "202"}', '{"body": }']
)
def test_a_bad_line_is_named_by_its_number(file: Path, line: str) -> None:
    file.write_text(f'{{"event_id": "one"}}\n\n{line}\n')
    with pytest.raises(OperationError, match=r"webhooks\.jsonl:3 is not a sample"):
        read_samples(file)


def test_a_missing_file_is_named(file: Path) -> None:
    with pytest.raises(OperationError, match="there is no file"):
        read_samples(file)


class Receiver(HTTPServer):
    """Remembers the last request and answers it with `status`."""

    status = 202
    path: str
    headers: dict[str, str]
    body: bytes


class Handler(BaseHTTPRequestHandler):
    server: Receiver  # pyright: ignore[reportIncompatibleVariableOverride]  # http.server's own way to it

    def do_POST(self) -> None:
        self.server.path = self.path
        self.server.headers = dict(self.headers)
        self.server.body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b'{"message": "said"}')

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def sender(receiver: Receiver) -> WebhookSender:
    secrets = SigningSecrets({None: b"the secret", "coinbase": b"another secret"})
    return WebhookSender(
        url=f"http://127.0.0.1:{receiver.server_port}", path="/webhook", signing=WebhookSigning(secrets)
    )


def verify_received(receiver: Receiver, secret: bytes = b"the secret") -> None:
    timestamp, signature = (receiver.headers[f"X-Webhook-{name}"] for name in ("Timestamp", "Signature"))
    verify(timestamp, signature, receiver.body, [secret], datetime.now(UTC))


@pytest.mark.requirement("ALL-13")
def test_a_post_is_signed_over_its_very_bytes(receiver: Receiver) -> None:
    answer = sender(receiver).post(Sample(body=msgspec.Raw(b'{ "amount": 0.10 }')))
    assert (answer.status, answer.body) == (202, '{"message": "said"}')
    assert receiver.headers["X-Correlation-Id"] == answer.correlation_id
    assert receiver.body == b'{ "amount": 0.10 }'
    verify_received(receiver)


@pytest.mark.requirement("ALL-13")
def test_a_sample_that_is_not_to_be_signed_is_signed_wrongly(receiver: Receiver) -> None:
    sender(receiver).post(Sample(body=msgspec.Raw(b"{}"), signed=False))
    with pytest.raises(NoSignatureMatchesError):
        verify_received(receiver)


@pytest.mark.requirement("ALL-13")
def test_a_sample_may_name_its_route_and_who_signs_it(receiver: Receiver) -> None:
    sender(receiver).post(Sample(body=msgspec.Raw(b"{}"), path="/webhook/coinbase", signer="coinbase"))
    assert receiver.path == "/webhook/coinbase"
    verify_received(receiver, b"another secret")
    with pytest.raises(OperationError, match="signed by 'kraken'; there are: coinbase"):
        sender(receiver).post(Sample(body=msgspec.Raw(b"{}"), signer="kraken"))


@pytest.mark.requirement("MD-11")
def test_a_route_that_iam_guards_is_signed_for_it_over_url_and_body_or_not_at_all(receiver: Receiver) -> None:
    credentials = Credentials("an-id", "the secret", "a-token").get_frozen_credentials()
    url = f"http://127.0.0.1:{receiver.server_port}"
    iam = WebhookSender(url=url, path="/ingest", signing=IamSigning(credentials, "us-east-1"))
    iam.post(Sample(body=msgspec.Raw(b'{"ticks": []}')))
    received = {name: receiver.headers[name] for name in ("Content-Type", "X-Amz-Date", "X-Amz-Security-Token")}
    request = AWSRequest("POST", f"{url}/ingest", data=receiver.body, headers={**received, "Host": url[7:]})
    signer = SigV4Auth(credentials, "execute-api", "us-east-1")
    request.context["timestamp"] = received["X-Amz-Date"]
    expected = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    assert receiver.headers["Authorization"].endswith(f"Signature={expected}")
    assert "/us-east-1/execute-api/aws4_request" in receiver.headers["Authorization"]
    assert "the secret" not in repr(iam)
    iam.post(Sample(body=msgspec.Raw(b"{}"), signed=False))
    assert "Authorization" not in receiver.headers


def test_a_refusal_is_an_answer(receiver: Receiver) -> None:
    receiver.status = 409
    assert sender(receiver).post(Sample(body=msgspec.Raw(b"{}"))).status == 409


def test_no_answer_is_said_in_words_without_the_secret() -> None:
    signing = WebhookSigning(SigningSecrets({None: b"the secret"}))
    gone = WebhookSender(url="http://127.0.0.1:9", path="/webhook", signing=signing)
    with pytest.raises(OperationError, match=r"no answer from http://127\.0\.0\.1:9/webhook") as problem:
        gone.post(Sample(body=msgspec.Raw(b"{}")))
    assert "the secret" not in f"{problem.value} {gone!r}"
