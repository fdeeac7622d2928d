"""`python -m local.emulator up|down|reset|status [--state DIR]`."""

import argparse
import sys
from pathlib import Path

from local.emulator.lifecycle import default_state, reset, running, start, stop
from local.emulator.pace import Pace
from local.emulator.problems import EmulatorError


def main() -> int:
    """Do what the command line asks; 0 when it is done, 1 with a sentence on stderr when it can't be."""
    parser = argparse.ArgumentParser(prog="python -m local.emulator", description="The embedded local AWS.")
    parser.add_argument("command", choices=("up", "down", "reset", "status"))
    parser.add_argument("--state", type=Path, default=default_state(), help="its state folder (default: %(default)s)")
    parser.add_argument("--plain", action="store_true", help="up: leave the gaps to AWS open, to compare")
    parser.add_argument("--tick", type=float, default=Pace.tick_s, help="up: seconds between looks at alarms")
    parser.add_argument("--retry", type=float, default=Pace.first_retry_s, help="up: seconds before a first retry")
    arguments = parser.parse_args()
    try:
        print(_do(arguments))
    except EmulatorError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _do(arguments: argparse.Namespace) -> str:
    command, state = arguments.command, arguments.state
    if command == "up":
        endpoint = start(state, plain=arguments.plain, pace=Pace(arguments.tick, arguments.retry))
        return f"The emulator answers at {endpoint.url} (process {endpoint.pid}, state in {state})."
    if command == "down":
        return "The emulator has saved its state and ended." if stop(state) else "No emulator was running."
    if command == "reset":
        reset(state)
        return f"The emulator's state in {state} is empty."
    endpoint = running(state)
    return f"Running at {endpoint.url} (process {endpoint.pid})." if endpoint else "Not running."


if __name__ == "__main__":
    sys.exit(main())
