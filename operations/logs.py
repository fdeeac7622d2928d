"""`logs` and `trace`: what one function said, or what all of them said of one thing."""

import argparse
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from operations.problem import OperationError, choose
from operations.target import Target

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
SINCE = re.compile(r"([1-9][0-9]{0,4})([smhd])")
# Correlation ids, message ids and most keys are written so; a quote would end the pattern.
ID = re.compile(r"[A-Za-z0-9._:/+=@#-]{1,256}")

# CloudWatch Logs answers a few such calls a second.
AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a log group; `source` is the function or the API whose log it is."""

    at: datetime
    source: str
    text: str


def add_logs_parser(parser: argparse.ArgumentParser) -> None:
    """The function, the environment (`local` by default), since when, and what the lines must contain."""
    parser.add_argument("function")
    parser.add_argument("environment", nargs="?", default="local")
    parser.add_argument("--since", default="15m")
    parser.add_argument("--id")


def add_trace_parser(parser: argparse.ArgumentParser) -> None:
    """What the lines must contain, the environment (`local` by default), and since when."""
    parser.add_argument("id")
    parser.add_argument("environment", nargs="?", default="local")
    parser.add_argument("--since", default="1d")


def logs(target: Target, said: argparse.Namespace, now: datetime) -> None:
    """Prints a function's lines, oldest first; OperationError where they can't be asked for."""
    asked = _asked(said, now)
    functions = {function.name: function for system in target.systems for function in system.functions}
    choose("function", said.function, tuple(functions))
    group = target.naming().function_log_group(functions[said.function])
    found = _lines(target, asked, said.function, group)
    for line in found:
        print(f"{_clock(line.at)} {line.text}")
    print(f"{len(found)} lines of {group} in the last {said.since}")


def trace(target: Target, said: argparse.Namespace, now: datetime) -> None:
    """Prints the lines of all functions and APIs that contain the id, in the order of time; OperationError as above."""
    asked, groups = _asked(said, now), _groups(target)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [pool.submit(_lines, target, asked, source, group) for source, group in groups.items()]
        found = sorted((line for answer in answers for line in answer.result()), key=lambda line: line.at)
    width = max((len(line.source) for line in found), default=0)
    for line in found:
        print(f"{_clock(line.at)} {line.source:<{width}} {line.text}")
    print(f"{len(found)} lines of {len(groups)} logs in the last {said.since} contain {said.id}")


def _groups(target: Target) -> Mapping[str, str]:
    """Names of the log groups by the functions and APIs whose they are."""
    naming = target.naming()
    functions = (function for system in target.systems for function in system.functions)
    apis = (api for system in target.systems for api in system.apis)
    return {
        **{function.name: naming.function_log_group(function) for function in functions},
        **{api.name: naming.access_log_group(api) for api in apis},
    }


def _asked(said: argparse.Namespace, now: datetime) -> Mapping[str, Any]:
    """What CloudWatch Logs is asked for, but for the log group."""
    if not (period := SINCE.fullmatch(said.since)):
        raise OperationError(f"--since is {said.since!r}; allowed is a number of s, m, h or d: 90s, 15m, 8h, 2d")
    number, unit = period.groups()
    begin = now - timedelta(**{UNITS[unit]: int(number)})
    asked: dict[str, Any] = {"startTime": int(begin.timestamp() * 1000)}
    if said.id is not None:
        if not ID.fullmatch(said.id):
            raise OperationError(f"the id is {said.id!r}; allowed are up to 256 letters, digits and ._:/+=@#-")
        asked["filterPattern"] = f'"{said.id}"'
    return asked


def _lines(target: Target, asked: Mapping[str, Any], source: str, group: str) -> list[Line]:
    pages = target.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group, **asked)
    try:
        return [_line(source, event) for page in pages for event in page["events"]]
    except (BotoCoreError, ClientError) as error:
        advice = f"is '{target.environment}' deployed? see: just status {target.environment}"
        raise OperationError(f"the log {group} can't be read: {error}; {advice}") from None


def _line(source: str, event: Mapping[str, Any]) -> Line:
    return Line(datetime.fromtimestamp(event["timestamp"] / 1000, UTC), source, event["message"].rstrip())


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}"
