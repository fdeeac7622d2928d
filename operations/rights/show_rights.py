"""`iam`: prints what a function may do, what it must never do, and which line says so; needs no deployment."""

from collections.abc import Iterable, Iterator

from operations.problem import choose
from operations.rights.description_source import description_source
from operations.rights.rights import Right, Rights
from shared.naming import Naming
from shared.settings import Settings
from shared.systems import load_systems

# Stands for an account that the settings don't name.
ANY_ACCOUNT = "ACCOUNT"


def show_rights(settings: Settings, function_name: str) -> None:
    """Prints the rights of the function of that name; OperationError names those that exist."""
    for line in _lines(settings, function_name):
        print(line)


def _lines(settings: Settings, function_name: str) -> Iterator[str]:
    owners = {function.name: system for system in load_systems(settings.systems) for function in system.functions}
    system = owners[choose("function", function_name, tuple(owners))]
    function = system.function(function_name)
    naming = Naming(settings.suffix, settings.region, account_of(settings))
    source = description_source(system)
    rights = Rights(
        naming,
        settings.environment,
        system,
        function,
        source=source,
        key_arn=lambda key: f"the key {naming.key_alias(key)}",
    )
    described = source.function(function)
    yield f"{function.name} of {system.name} ({described.file}:{described.line})"
    yield f"runs as {naming.arn(function.role)}, a role that Lambda alone assumes, for this function alone."
    yield from _section("It may", rights.granted())
    yield from _section("It must never, whatever allows it,", rights.denied())
    yield ""
    yield "It can do nothing else: IAM denies what no statement allows."


def account_of(settings: Settings) -> str:
    """The account, where the settings name one, else a word in its place."""
    return settings.allowed_account_ids[0] if len(settings.allowed_account_ids) == 1 else ANY_ACCOUNT


def _section(title: str, rights: Iterable[Right]) -> Iterator[str]:
    for number, right in enumerate(rights):
        if number == 0:
            yield ""
            yield title
        yield f"- {right.deed}"
        yield f"  ({_statement(right)})"
        for reason in right.reasons:
            yield f"  because of {reason}"


def _statement(right: Right) -> str:
    statement = right.statement
    words = [", ".join(statement.actions), "on", ", ".join(statement.resources) or "anything"]
    if statement.not_resources:
        words += ["but", ", ".join(statement.not_resources)]
    for operator, keys in statement.conditions.items():
        words += [f"where {key} {operator} {value}" for key, value in keys.items()]
    return " ".join(words)
