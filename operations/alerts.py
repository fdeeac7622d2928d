"""`alerts`: a user's price rules in a deployed environment."""

import argparse
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from operations.display import show_table
from operations.problem import OperationError, choose
from operations.pulumi_command import PulumiCommand
from services.common.amount import plain
from services.common.invalid_input import InvalidInputError
from services.common.timestamp import utc_now
from services.price_alerts.rules import NotRearmableError, Rule, RuleNotFoundError, Rules
from shared.contract import output_key

SYSTEM = "price-alerts"
TABLE = "alert-rules"

ACTIONS: dict[str, tuple[tuple[str, ...], Callable[[Rules, argparse.Namespace], None]]] = {
    "add": (
        ("user", "symbol", "direction", "threshold"),
        lambda rules, said: print(_told(rules.add(said.user, said.symbol, said.direction, said.threshold))),
    ),
    "list": (("user",), lambda rules, said: _show(said.user, rules.list(said.user))),
    "rearm": (("user", "alert"), lambda rules, said: rules.rearm(said.user, said.alert)),
    "remove": (("user", "alert"), lambda rules, said: rules.remove(said.user, said.alert)),
}


def alerts(pulumi: PulumiCommand, said: argparse.Namespace) -> None:
    """Adds, lists, re-arms or removes rules; OperationError for what is no rule, or not there, or not now."""
    _, action = ACTIONS[said.action]
    try:
        action(_rules(pulumi), said)
    except (InvalidInputError, RuleNotFoundError, NotRearmableError, ClientError, BotoCoreError) as error:
        raise OperationError(str(error)) from None


def add_alerts_parser(parser: argparse.ArgumentParser) -> None:
    """The actions with their parameters, and after them the environment, `local` by default."""
    actions = parser.add_subparsers(dest="action", required=True)
    for name, (parameters, _) in ACTIONS.items():
        action = actions.add_parser(name)
        for parameter in parameters:
            action.add_argument(parameter)
        action.add_argument("environment", nargs="?", default="local")


def _rules(pulumi: PulumiCommand) -> Rules:
    systems = {system.name: system for system in pulumi.target.systems}
    system = systems[choose("system", SYSTEM, tuple(systems))]
    (table,) = (table for table in system.tables if table.name == TABLE)
    name = pulumi.outputs("data").get(output_key(table, "name"))
    if not name:
        environment = pulumi.target.environment
        raise OperationError(f"'{environment}' has no {TABLE}; deploy it: just deploy-all {environment}")
    return Rules(pulumi.target.client("dynamodb"), name, utc_now)


def _told(rule: Rule) -> str:
    return f"{rule.alert_id}: {rule.symbol} {rule.direction} {plain(rule.threshold)}"


def _show(user: str, rules: list[Rule]) -> None:
    rows = [
        (rule.alert_id, rule.symbol, rule.direction, plain(rule.threshold), _state(rule), rule.fired_at or "")
        for rule in rules
    ]
    show_table(f"rules of {user}", ("alert", "symbol", "direction", "threshold", "state", "last fired at"), rows)


def _state(rule: Rule) -> str:
    if rule.armed:
        return "armed"
    return "disarmed" if rule.price is None else f"fired at {plain(rule.price)}"
