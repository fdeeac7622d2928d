"""The settings of an environment: environments/<name>.yaml read into one frozen value."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, cast

import yaml

from shared.checkout import ENVIRONMENTS
from shared.model import Function
from shared.model.concurrency import check_reservation
from shared.naming import Naming
from shared.systems import known_functions, known_systems, known_topics

SUFFIX = re.compile(r"[a-z0-9-]{1,20}")
ACCOUNT_ID = re.compile(r"\d{12}")
REGION = "us-east-1"
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
# Lambda's own bounds; a new account may be limited to less.
LEAST_MEMORY_MB = 128
MOST_MEMORY_MB = 10_240
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
KEYS = (
    "suffix",
    "region",
    "systems",
    "allowedAccountIds",
    "production",
    "logLevel",
    "tags",
    "emails",
    "reservedConcurrency",
    "maximumMemoryMb",
)


class SettingsError(Exception):
    """A setting is missing or wrong; the message names the file, the key, the value and what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is true of a whole environment.

    `emails` maps topic names to subscribed addresses. `reserved_concurrency` maps function names to reservations that
    replace the description's, where 0 stops the function; None unsets all of them.
    """

    environment: str
    suffix: str
    region: str = REGION
    systems: tuple[str, ...]
    allowed_account_ids: tuple[str, ...] = ()
    production: bool = False
    log_level: str = "INFO"
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    emails: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    reserved_concurrency: Mapping[str, int] | None = field(default_factory=dict[str, int])
    maximum_memory_mb: int = MOST_MEMORY_MB

    def memory_mb(self, function: Function) -> int:
        """Memory of the function in this environment: the description's, within what the account allows."""
        return min(function.memory_mb, self.maximum_memory_mb)

    @property
    def names(self) -> Naming:
        """The environment's physical names, which need no account, unlike its ARNs."""
        return Naming(self.suffix, self.region, "")

    def reservation(self, function: Function) -> int | None:
        """Reserved concurrency of the function in this environment; None leaves it to the account's pool."""
        if self.reserved_concurrency is None:
            return None
        return self.reserved_concurrency.get(function.name, function.reserved_concurrency)


def environments(folder: Path = ENVIRONMENTS) -> tuple[str, ...]:
    """Names of all environments that have a file, in alphabetical order."""
    return tuple(sorted(file.stem for file in folder.glob("*.yaml")))


def load_settings(environment: str, folder: Path = ENVIRONMENTS) -> Settings:
    """The settings of the environment of that name; SettingsError where there is none or a value is wrong."""
    file = folder / f"{environment}.yaml"
    if not file.is_file():
        known = ", ".join(environments(folder)) or "none yet"
        raise SettingsError(
            f"environment '{environment}' has no file environments/{environment}.yaml; there are: {known}. "
            "Copy one of them to add an environment."
        )
    try:
        said: object = yaml.safe_load(file.read_text()) or {}
    except yaml.YAMLError as error:
        raise SettingsError(f"environments/{file.name} is not YAML: {error}") from None
    if not isinstance(said, dict):
        raise SettingsError(f"environments/{file.name} must hold keys with values, not {said!r}")
    return _Reader(file.name, cast(dict[str, Any], said)).settings(environment)


class _Reader:
    """Takes one key after the other from what a file says, and refuses what is left over."""

    def __init__(self, file: str, said: dict[str, Any]) -> None:
        self._file = file
        self._said = said

    def settings(self, environment: str) -> Settings:
        known = known_systems()
        settings = Settings(
            environment=environment,
            suffix=self._text("suffix", environment, SUFFIX, "1 to 20 of a-z, 0-9 and -"),
            region=self._choice("region", REGION, (REGION,)),
            systems=self._names("systems", known, known),
            allowed_account_ids=self._texts("allowedAccountIds", ACCOUNT_ID, "12-digit texts, in quotes"),
            production=self._flag("production"),
            log_level=self._choice("logLevel", "INFO", LOG_LEVELS),
            tags=self._tags(),
            emails=self._emails(),
            reserved_concurrency=self._reserved_concurrency(),
            maximum_memory_mb=self._maximum_memory_mb(),
        )
        if self._said:
            allowed = ", ".join(KEYS)
            self._refuse(*next(iter(self._said.items())), f"there is no such key; there are: {allowed}")
        return settings

    def _refuse(self, key: str, value: object, allowed: str) -> NoReturn:
        raise SettingsError(f"environments/{self._file}: {key}: {value!r} is not allowed; {allowed}")

    def _text(self, key: str, default: str, pattern: re.Pattern[str], allowed: str) -> str:
        value = self._said.pop(key, default)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            self._refuse(key, value, f"it must be {allowed}")
        return value

    def _choice(self, key: str, default: str, choices: Iterable[str]) -> str:
        value = self._said.pop(key, default)
        if value not in tuple(choices):
            self._refuse(key, value, f"it must be one of: {', '.join(choices)}")
        return value

    def _flag(self, key: str) -> bool:
        value = self._said.pop(key, False)
        if not isinstance(value, bool):
            self._refuse(key, value, "it must be true or false")
        return value

    def _names(self, key: str, default: tuple[str, ...], choices: tuple[str, ...]) -> tuple[str, ...]:
        value = self._said.pop(key, list(default))
        if not isinstance(value, list) or not value or not all(name in choices for name in cast(list[object], value)):
            self._refuse(key, cast(object, value), f"it must be a list of some of: {', '.join(choices)}")
        # Once each, whatever is said twice.
        return tuple(dict.fromkeys(cast(list[str], value)))

    def _texts(self, key: str, pattern: re.Pattern[str], allowed: str) -> tuple[str, ...]:
        value = self._said.pop(key, [])
        texts = cast(list[object], value) if isinstance(value, list) else [None]
        if not all(isinstance(text, str) and pattern.fullmatch(text) for text in texts):
            self._refuse(key, cast(object, value), f"it must be a list of {allowed}")
        return tuple(cast(list[str], texts))

    def _tags(self) -> Mapping[str, str]:
        value = self._said.pop("tags", {})
        if not isinstance(value, dict) or not all(
            isinstance(name, str) and isinstance(text, str) for name, text in cast(dict[object, object], value).items()
        ):
            self._refuse("tags", cast(object, value), "it must map tag names to texts")
        return cast(dict[str, str], value)

    def _emails(self) -> Mapping[str, tuple[str, ...]]:
        value = self._said.pop("emails", {})
        lists = cast(dict[object, object], value) if isinstance(value, dict) else {None: None}
        addresses = [address for texts in lists.values() for address in _as_list(texts)]
        if not all(isinstance(address, str) and EMAIL.fullmatch(address) for address in addresses):
            self._refuse("emails", cast(object, value), "it must map topic names to lists of e-mail addresses")
        topics = known_topics()
        if unknown := [name for name in lists if name not in topics]:
            self._refuse("emails", unknown[0], f"there is no such topic; there are: {', '.join(topics)}")
        # Once each, whatever is said twice.
        return {cast(str, name): tuple(dict.fromkeys(cast(list[str], texts))) for name, texts in lists.items()}

    def _maximum_memory_mb(self) -> int:
        value = self._said.pop("maximumMemoryMb", MOST_MEMORY_MB)
        if type(value) is not int or not LEAST_MEMORY_MB <= value <= MOST_MEMORY_MB:
            self._refuse("maximumMemoryMb", value, f"it must be {LEAST_MEMORY_MB} to {MOST_MEMORY_MB}")
        return value

    def _reserved_concurrency(self) -> Mapping[str, int] | None:
        value = self._said.pop("reservedConcurrency", {})
        if value == "unset":
            return None
        counts = cast(dict[object, object], value) if isinstance(value, dict) else {"": None}
        if not all(type(count) is int and count >= 0 for count in counts.values()):
            self._refuse(
                "reservedConcurrency",
                cast(object, value),
                "it must be 'unset' or map function names to counts; 0 stops one",
            )
        known = known_functions()
        for name, count in cast(dict[str, int], counts).items():
            if name not in known:
                self._refuse(f"reservedConcurrency.{name}", count, f"the functions are: {', '.join(known)}")
            if count == 0:
                # Stopped: an operator's way out, whatever its triggers would take.
                continue
            try:
                check_reservation(name, known[name].triggers, count)
            except ValueError as error:
                self._refuse(f"reservedConcurrency.{name}", count, str(error))
        return cast(dict[str, int], counts)


def _as_list(value: object) -> list[object]:
    return cast(list[object], value) if isinstance(value, list) else [None]
