"""Gap: metrics are kept in bounded memory."""

import subprocess

from local.paths import CHECKOUT, EMULATOR_PYTHON

BEGIN = """
from local.emulator.gaps.metrics import store
from local.emulator.ministack import load
points = lambda: [p for series in load("services.cloudwatch")._metrics._data.values() for p in series]
"""


def _run(code: str) -> str:
    """What `code` prints under the emulator's interpreter, which has MiniStack."""
    done = subprocess.run(
        [EMULATOR_PYTHON, "-c", BEGIN + code], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or done.stderr


def test_equal_values_of_a_minute_take_one_entry() -> None:
    said = _run(
        "for at in (60, 61, 119, 120):\n"
        "    store.STORE.note('space', 'name', 1, at=at)\n"
        "    store.STORE.settle()\n"
        "print([(p['Timestamp'], p['Count']) for p in points()])"
    )
    assert said == "[(60.0, 3), (120.0, 1)]"


def test_the_oldest_go_when_there_are_too_many() -> None:
    said = _run(
        "import time\n"
        "store.KEPT_POINTS, now = 100, time.time()\n"
        "for number in range(150):\n"
        "    store.STORE.note('space', 'name', number, at=now - 60 * number)\n"
        "store.STORE.settle()\n"
        "store.STORE._cleaned -= 61\n"
        "store.STORE.clean()\n"
        "print(len(points()), min(p['Value'] for p in points()), max(p['Value'] for p in points()))"
    )
    assert said == "80 0.0 79.0"
