"""The words a resource type is described in: fields, parts, tagging, types."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from local.provider.session import Session
from local.provider.values import Properties

PROVISIONING_SECONDS = 60


@dataclass(frozen=True)
class Field:
    """One input property and where AWS keeps it.

    member: dotted path in the request (without one, matched by name over botocore's shape); found: dotted path in the
    description read back, when it differs; operation: the operation whose shape validates it, when not the creating
    one (':output' for its response). kind, choices, limits, pattern: constraints the service model lacks. default: what
    an absent property means; unset: what AWS answers for one that was never stated; cleared: what takes a stated value
    away; computed: AWS fills in what the program leaves out; write_only: no description returns it. json: a document,
    compared by content; ordered: the order of its items counts.
    """

    name: str
    _: KW_ONLY
    member: str | None = None
    found: str | None = None
    operation: str | None = None
    fields: tuple["Field", ...] = ()
    kind: type | None = None
    choices: tuple[Any, ...] = ()
    limits: tuple[int, int] | None = None
    pattern: str | None = None
    default: Any = None
    unset: Any = None
    cleared: Any = None
    json: bool = False
    ordered: bool = False
    required: bool = False
    force_new: bool = False
    force_new_if: Callable[[Any, Any], bool] | None = None
    computed: bool = False
    write_only: bool = False


@dataclass(frozen=True)
class Change:
    """A resource before and after: inputs, and the state the engine keeps (empty before a creation)."""

    session: Session
    id: str
    old: Properties
    new: Properties
    state: Properties

    @property
    def key(self) -> Properties:
        """State and inputs together, the new over the old: what a part needs to address the resource."""
        return {**self.state, **self.new, "id": self.id}

    def changed(self, *names: str) -> bool:
        """Whether any of the properties differs between old and new."""
        return any(self.old.get(name) != self.new.get(name) for name in names)


Description = dict[str, Any]
Template = str | Callable[[Properties], str]
Read = Callable[[Session, Properties], Description | None]


@dataclass(frozen=True)
class Part:
    """Properties with a call of their own: applied after a creation that states them, and whenever they change."""

    names: tuple[str, ...]
    apply: Callable[[Change], None]


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """How a resource's tags are changed and, when no description holds them, listed.

    on_create: member of the creating request that takes tags. arn: parameter that names the resource, its value a
    template. keys: the parameter of the untagging call. put, listing: for a service that only takes and gives all tags
    at once.
    """

    on_create: str | None
    tag: str = ""
    untag: str = ""
    arn: tuple[str, str] = ("", "")
    tags: str = "Tags"
    keys: str = "TagKeys"
    listed: str | None = None
    found: str = "Tags"
    extra: Mapping[str, str] = field(default_factory=dict)
    put: Callable[[Change], None] | None = None
    listing: Callable[[Session, Properties], Description] | None = None


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """A row of the table: everything the engine needs to know of a type.

    id: template, or JMESPath over the creating response when it starts with '$'. identity: the properties that name it
    physically: a replacement that keeps them deletes first. templates: outputs that follow from inputs, known before
    creation; outputs: JMESPath over the description; kept: JMESPath over the creating response, for what is said only
    once. volatile: outputs that an update changes, each with the
    properties whose change does (none: any).
    """

    pulumi_type: str
    service: str
    fields: tuple[Field, ...]
    create: str | Callable[[Session, Properties], Description]
    id: Template
    key: Mapping[str, Any]
    read: str | Read
    delete: str | Callable[[Session, Properties], None]
    found: str = "@"
    read_key: Mapping[str, Any] | None = None
    delete_key: Mapping[str, Any] | None = None
    identity: tuple[str, ...] = ()
    update: str | Callable[[Change], None] | None = None
    shape: str = ""
    templates: Mapping[str, Template] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    volatile: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    tagging: Tagging | None = None
    check: Callable[[Properties], list[tuple[str, str]]] | None = None
    settle: Callable[[Session, Properties], None] | None = None

    def field(self, name: str) -> Field | None:
        """The field of this name."""
        return next((entry for entry in self.fields if entry.name == name), None)

    @property
    def shape_operation(self) -> str:
        """The operation whose request validates the fields."""
        return self.shape or str(self.create)
