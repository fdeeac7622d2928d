"""An event bus in memory, which can refuse entries."""

from typing import Any

from tests.unit.services.fakes import Failing


class FakeEvents(Failing):
    """`refusals` tells how many of the first entries each coming call refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[dict[str, Any]] = []
        self.calls_of: list[int] = []
        self.refusals: list[int] = []

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803  # boto3's name
        self.enter("put_events")
        assert 1 <= len(Entries) <= 10
        self.calls_of.append(len(Entries))
        refused = self.refusals.pop(0) if self.refusals else 0
        self.entries += Entries[refused:]
        answers: list[dict[str, str]] = [{"ErrorCode": "InternalFailure"}] * refused
        return {"Entries": answers + [{"EventId": "e"}] * (len(Entries) - refused)}
