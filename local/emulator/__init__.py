"""The embedded local AWS: one MiniStack process on loopback for each state folder."""

from local.emulator.lifecycle import Endpoint, default_state, reset, running, start, stop
from local.emulator.pace import Pace
from local.emulator.problems import EmulatorError

__all__ = ["EmulatorError", "Endpoint", "Pace", "default_state", "reset", "running", "start", "stop"]
