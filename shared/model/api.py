"""REST APIs: routes that validate a body and invoke a function."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.model.function import Function


@dataclass(frozen=True, slots=True)
class Throttle:
    """Requests a second in the long run, and how many may come at once."""

    rate: int
    burst: int


class Authorization(StrEnum):
    """Whom API Gateway itself lets in, in its own words."""

    NONE = "NONE"
    IAM = "AWS_IAM"


@dataclass(frozen=True, slots=True)
class Route:
    """A method on a path that invokes a function once the body fits the model.

    `body` is the path of a JSON schema (draft 4), relative to the system's folder. `answers` says what each status
    means to the caller. `signed` tells that the function checks the webhook's signature headers. An `asynchronous`
    route answers 202 at once, and Lambda runs the function when it can.
    """

    method: str
    path: str
    invokes: Function
    body: str
    required_headers: tuple[str, ...] = ()
    answers: Mapping[int, str] = field(default_factory=dict[int, str], hash=False)
    signed: bool = True
    asynchronous: bool = False
    authorization: Authorization = Authorization.NONE

    @property
    def slug(self) -> str:
        """The route as a name: `post-webhook` for POST /webhook."""
        return "-".join([self.method.lower(), *(part.strip("{}") for part in self.path.strip("/").split("/"))])


@dataclass(frozen=True, slots=True)
class Api:
    """A regional REST API; the throttle holds for each of its methods."""

    name: str
    throttle: Throttle
    routes: tuple[Route, ...]
