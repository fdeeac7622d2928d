"""`python -m operations.fixed_cost`: writes docs/cost.md, what an environment costs while nobody uses it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from shared.alarms import alarms
from shared.checkout import CHECKOUT
from shared.log_patterns import LOG_PATTERNS
from shared.model import System, days
from shared.naming import Naming
from shared.operators import OPERATORS
from shared.systems import known_systems, load_systems

FILE = CHECKOUT / "docs" / "cost.md"
# AWS's list prices a month in us-east-1, in USD, as of 2026-11, without the free tier.
ALARM, METRIC, DASHBOARD, KEY = Decimal("0.10"), Decimal("0.30"), Decimal("3.00"), Decimal("1.00")
MONTH = days(30)

HEAD = f"""# What an environment costs

Generated from the descriptions by `just docs`; do not edit.

## While nobody uses it

A month in us-east-1, at AWS's list prices of 2026-11 and without the free tier: an alarm {ALARM} USD, a metric that a
log filter makes {METRIC} (only for the hours in which its log had a line), a dashboard {DASHBOARD}, a key {KEY} (and as
much again after each of its first two yearly rotations). All else depends on use. An environment that does without a
system does without its line.
"""

TAIL = """## With use

| what grows with use | what to look at |
|---|---|
| log lines, by the byte | often the largest item: `logLevel` in the environment's file, retention by system |
| requests and invocations | a webhook is a request and one or two invocations; batches make fewer of the second |
| writes to tables | an item costs by its size, and once more for each index that it stands in |
| what is stored | tables, their point-in-time recovery, and the bucket with its old versions |
| memory times duration | the functions of market-data have 3,072 MB: there the duration counts most |
| polls | a mapping asks an empty queue some fifteen times a minute, too: about 650,000 requests a month |
| keys | a call to a table or a topic under a key may be one to KMS; services keep data keys for minutes |
| traces | X-Ray samples: one request a second, and a twentieth of the rest |
| metrics of the functions' own | each combination of name and dimensions that is sent is a metric |

Every resource bears the tag `CostCenter`, the system's name where the environment's file does not say otherwise.
Activate it as a cost allocation tag, once for the account, and the bill is by system. A budget belongs to the account,
and nothing here makes one.
"""

# Nothing that is counted depends on where it is.
NAMING = Naming("", "", "")


@dataclass(frozen=True, slots=True)
class Fixed:
    """What is paid for one system although nobody uses it, and how often it runs a month by itself."""

    system: str
    alarms: int
    metrics: int
    dashboards: int
    keys: int
    runs: int

    @property
    def cost(self) -> Decimal:
        """USD a month."""
        return self.alarms * ALARM + self.metrics * METRIC + self.dashboards * DASHBOARD + self.keys * KEY

    @property
    def row(self) -> str:
        """The system as a row of the table."""
        counts = (self.alarms, self.metrics, self.dashboards, self.keys)
        return f"| {self.system} | {' | '.join(map(str, counts))} | {self.cost} | {self.runs:,} |"


def fixed(system: System) -> Fixed:
    """Of one system."""
    return Fixed(
        system.name,
        alarms=sum(1 for _ in alarms(system, NAMING)),
        metrics=len(system.functions) * len(LOG_PATTERNS),
        dashboards=1 if system.functions else 0,
        keys=len(system.keys),
        runs=sum(MONTH // schedule.every for schedule in system.schedules),
    )


def document() -> str:
    """The page."""
    return "\n".join((HEAD, *_table(), "", TAIL))


def _table() -> Iterator[str]:
    lines = [fixed(system) for system in (OPERATORS, *load_systems(known_systems()))]
    yield "| system | alarms | metrics of logs | dashboards | keys | USD a month | runs a month by schedule |"
    yield "|---|---|---|---|---|---|---|"
    yield from (line.row for line in lines)
    yield f"| all | | | | | {sum(line.cost for line in lines)} | {sum(line.runs for line in lines):,} |"


if __name__ == "__main__":
    FILE.write_text(document())
    print(f"wrote {FILE.relative_to(CHECKOUT)}")
