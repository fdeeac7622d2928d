"""What a join finds that does not fit together."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Where two things that belong together do not fit.

    `subject` is the physical name, the ARN or the URN of what is wrong; `file` and `line` say where in the checkout to
    look first.
    """

    check: str
    subject: str
    message: str
    advice: str
    file: str
    line: int = 1

    def document(self) -> dict[str, object]:
        """The finding as JSON's objects."""
        return asdict(self)


def program(layer: str) -> str:
    """The file that registers what a layer deploys."""
    return f"projects/{layer}/__main__.py"
