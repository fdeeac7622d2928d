"""Signs requests and posts them to a deployed system's API."""

import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from operations.problem import OperationError
from operations.pulumi_command import PulumiCommand
from operations.request_signing import IamSigning, RequestSigning, WebhookSigning
from operations.signing_secrets import signing_secrets
from shared.contract import output_key
from shared.model import Api, Authorization, Route, System

CORRELATION_HEADER = "X-Correlation-Id"

# Stands in a sample for an id of this run, so that it can be sent again without being a duplicate of itself.
RUN = "{run}"


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body to post, what it should be answered, and where it should arrive; badly signed where `signed` is false.

    `path` is the route's, the API's first where it is not said; `signer` is whose secret signs, in a system of several.
    """

    # To the letter: a price of 0.10 must not be posted as 0.1.
    body: msgspec.Raw
    expect: int | None = None
    arrives: str | None = None
    signed: bool = True
    path: str | None = None
    signer: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API said to a sample, and how long it took in seconds."""

    status: int
    body: str
    correlation_id: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSender:
    """Posts to an API's routes, signed as these ask for."""

    url: str
    path: str
    signing: RequestSigning

    def post(self, sample: Sample) -> Answer:
        """The API's answer, whatever its status; OperationError where there is none."""
        correlation_id = str(uuid.uuid4())
        body = bytes(sample.body)
        url = f"{self.url}{sample.path or self.path}"
        headers = {
            "Content-Type": "application/json",
            CORRELATION_HEADER: correlation_id,
            **self.signing.headers(url, body, sample.signer, rightly=sample.signed),
        }
        request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 - our own API
        begun = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=35) as response:  # noqa: S310 - our own API
                status, said = response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            status, said = error.code, error.read().decode()
        except urllib.error.URLError as error:
            raise OperationError(f"no answer from {url}: {error.reason}; is the environment deployed?") from None
        return Answer(status, said, correlation_id, time.monotonic() - begun)


def sender_of(pulumi: PulumiCommand, system: System) -> WebhookSender:
    """A sender for the system's webhook routes, with the URL and the secrets of the deployed environment."""
    target = pulumi.target
    api, route = _webhook_route(system)
    url = pulumi.outputs("api").get(output_key(api, "url"))
    if not url:
        environment = target.environment
        raise OperationError(f"'{environment}' has no {api.name}; deploy it: just deploy-all {environment}")
    return WebhookSender(url=url, path=route.path, signing=_signing(pulumi, system, route))


def read_samples(file: Path) -> list[Sample]:
    """One sample a line: a body, or an object with `body` and more; OperationError names a bad line."""
    if not file.is_file():
        raise OperationError(f"there is no file {file}")
    run = uuid.uuid4().hex[:8]
    return [_sample(file, number, line.replace(RUN, run)) for number, line in _lines(file)]


def _signing(pulumi: PulumiCommand, system: System, route: Route) -> RequestSigning:
    if route.authorization is Authorization.IAM:
        return IamSigning(pulumi.target.credentials(), pulumi.target.settings.region)
    return WebhookSigning(signing_secrets(pulumi, system))


def _webhook_route(system: System) -> tuple[Api, Route]:
    for api in system.apis:
        for route in api.routes:
            return api, route
    raise OperationError(f"system '{system.name}' has no webhook route")


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(file.read_text().splitlines(), start=1) if line.strip())


def _sample(file: Path, number: int, line: str) -> Sample:
    try:
        said = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        if "body" not in said:
            return Sample(body=msgspec.Raw(line.encode()))
        return msgspec.json.decode(line, type=Sample)
    except msgspec.DecodeError as error:
        raise OperationError(f"{file}:{number} is not a sample: {error}") from None
