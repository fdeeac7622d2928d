"""What functions said, since when and of what."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from operations.__main__ import main
from operations.logs import logs, trace
from operations.problem import OperationError
from operations.target import Target
from shared.naming import Naming
from tests.unit.operations.fakes import FakeTarget, target
from tests.unit.services.fakes import client_error

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FUNCTION, ACCESS = "/aws/lambda/receiver-dev", "/aws/apigateway/hooks-dev"


class Deployed(FakeTarget):
    """An environment whose logs hold these lines, by group; a group that is not there can't be read."""

    held: dict[str, list[tuple[datetime, str]]]

    def naming(self) -> Naming:
        return Naming("dev", "us-east-1", "000000000000")

    def client(self, _service: str) -> Any:
        return self

    def get_paginator(self, operation: str) -> Any:
        assert operation == "filter_log_events"
        return self

    def paginate(
        self,
        *,
        logGroupName: str,  # noqa: N803
        startTime: int,  # noqa: N803
        filterPattern: str = '""',  # noqa: N803
    ) -> Iterator[dict[str, Any]]:
        if logGroupName not in self.held:
            raise client_error("ResourceNotFoundException")
        assert filterPattern[0] == filterPattern[-1] == '"'
        for at, text in self.held[logGroupName]:
            milliseconds = int(at.timestamp() * 1000)
            if milliseconds >= startTime and filterPattern.strip('"') in text:
                yield {"events": [{"timestamp": milliseconds, "message": f"{text}\n"}]}


def deployed(**held: list[tuple[datetime, str]]) -> Target:
    found = Deployed(target("dev").settings)
    found.held = {{"function": FUNCTION, "access": ACCESS}[name]: lines for name, lines in held.items()}
    return cast(Target, found)


def at(hour: int, minute: int = 0) -> datetime:
    return NOW.replace(hour=hour, minute=minute, microsecond=7_000)


def said(**options: str | None) -> Any:
    """Arguments as argparse gives them."""
    return type("Said", (), {"function": "receiver", "id": None, "since": "15m", **options})


LINES = [(at(4), "accepted c-1"), (at(11, 50), "accepted c-2"), (at(11, 55), "accepted c-1 again")]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, ["accepted c-2", "accepted c-1 again"]),
        ({"since": "8h"}, ["accepted c-1", "accepted c-2", "accepted c-1 again"]),
        ({"since": "1d", "id": "c-1"}, ["accepted c-1", "accepted c-1 again"]),
        ({"since": "420s"}, ["accepted c-1 again"]),
    ],
)
def test_a_functions_lines_are_shown_since_when_and_of_what_is_asked(
    options: dict[str, str], found: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    logs(deployed(function=LINES), said(**options), NOW)
    *shown, summary = capsys.readouterr().out.splitlines()
    assert [line.split(" ", 2)[2] for line in shown] == found
    assert summary == f"{len(found)} lines of {FUNCTION} in the last {options.get('since', '15m')}"


def test_a_line_has_its_day_and_its_time_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    logs(deployed(function=LINES), said(), NOW)
    assert capsys.readouterr().out.startswith("2026-11-20 11:50:00.007 accepted c-2\n")


def test_a_trace_has_the_lines_of_all_logs_in_the_order_of_time(capsys: pytest.CaptureFixture[str]) -> None:
    access = [(at(11, 54), '{"requestId": "c-1"}'), (at(11, 49), '{"requestId": "c-2"}')]
    trace(deployed(function=LINES, access=access), said(id="c-1", since="1h"), NOW)
    assert capsys.readouterr().out.splitlines() == [
        '2026-11-20 11:54:00.007 hooks    {"requestId": "c-1"}',
        "2026-11-20 11:55:00.007 receiver accepted c-1 again",
        "2 lines of 2 logs in the last 1h contain c-1",
    ]


def test_a_trace_of_nothing_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    trace(deployed(function=[], access=[]), said(id="c-9"), NOW)
    assert capsys.readouterr().out == "0 lines of 2 logs in the last 15m contain c-9\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"function": "router"}, "there is no function 'router'; there are: receiver"),
        ({"since": "yesterday"}, "--since is 'yesterday'; allowed is a number of s, m, h or d: 90s, 15m, 8h, 2d"),
        ({"since": "0m"}, "--since is '0m'"),
        ({"id": 'c" ?"'}, "the id is 'c\" ?\"'; allowed are up to 256 letters"),
        ({"id": ""}, "the id is ''"),
    ],
)
def test_what_can_not_be_asked_is_refused_before_aws_is_asked(options: dict[str, str], message: str) -> None:
    with pytest.raises(OperationError) as refused:
        logs(deployed(), said(**options), NOW)
    assert message in str(refused.value)


def test_a_log_that_is_not_there_leads_to_the_deployment() -> None:
    with pytest.raises(OperationError, match=r"/aws/.* can't be read: .*ResourceNotFoundException.*just status dev"):
        trace(deployed(), said(id="c-1"), NOW)


@pytest.mark.parametrize("command", [["logs", "webhook-validator"], ["trace", "c-1"]])
def test_the_environment_is_the_local_one_where_it_is_not_said(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(environment: str) -> Target:
        raise OperationError(f"{environment} is not here")

    monkeypatch.setattr("operations.__main__.target_of", refuse)
    assert main(command) == 1
    assert "local is not here" in capsys.readouterr().err
