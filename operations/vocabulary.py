"""`python -m operations.vocabulary`: writes docs/vocabulary.md, what each word of a description brings about."""

import inspect
from collections.abc import Callable, Iterator

from shared import model
from shared.checkout import CHECKOUT
from shared.contract import PROMISES
from shared.denials import ACTIONS
from shared.environment_variables import ADDRESSES
from shared.grants import GRANTS
from shared.model import denial, use
from shared.model.trigger import Trigger

FILE = CHECKOUT / "docs" / "vocabulary.md"

HEAD = """# The vocabulary of a description

Generated from `shared/model` and the library; `just docs` writes it anew. A description imports these words from
`shared.model` and nothing else.
"""

ELEMENTS = (
    *(model.System, model.Function, model.Api, model.Route, model.Table, model.IndexKey, model.Queue, model.Topic),
    *(model.Bucket, model.EventBus, model.Key, model.Ciphertext, model.SecretParameter),
)


def document() -> str:
    """The page."""
    return "\n".join((HEAD, *_elements(), *_uses(), *_triggers(), *_denials()))


def _elements() -> Iterator[str]:
    yield from _table("Elements", "what it is", "the variable in which a function finds it")
    for element in ELEMENTS:
        address = ADDRESSES.get(element)
        variable = f"`<NAME>_{PROMISES[element].word}{address.ending}`".upper() if address else ""
        yield f"| `{element.__name__}` | {_sentence(element)} | {variable} |"


def _uses() -> Iterator[str]:
    yield from _table("Uses: what a function may do", "what the function does", "what its role is granted")
    for word in _functions(use):
        access = model.Access(word.__name__.replace("_", " "))
        granted = (
            ", ".join(f"`{action}`" for action in GRANTS[access].actions)
            if access in GRANTS
            else "its key's `kms:Decrypt`"
        )
        yield f"| `{word.__name__}({_parameters(word)})` | {_sentence(word)} | {granted} |"


def _triggers() -> Iterator[str]:
    yield from _table("Triggers: what runs a function, other than a route", "what it does")
    for trigger in Trigger.__args__:
        yield f"| `{trigger.__name__}({_parameters(trigger)})` | {_sentence(trigger)} |"


def _denials() -> Iterator[str]:
    yield from _table("Denials: what a function must never do", "what is denied", "actions")
    for word in _functions(denial):
        actions = ", ".join(f"`{action}`" for action in ACTIONS[_act(word)])
        yield f"| `{word.__name__}({_parameters(word)})` | {_sentence(word)} | {actions} |"


def _table(title: str, *columns: str) -> Iterator[str]:
    yield f"\n## {title}\n"
    yield f"| {' | '.join(('word', *columns))} |"
    yield f"|{'---|' * (len(columns) + 1)}"


def _act(word: Callable[..., object]) -> model.Forbidden:
    return model.Forbidden(word.__name__.replace("_", " ").replace("tls", "TLS"))


def _functions(module: object) -> Iterator[Callable[..., object]]:
    """The public functions that a module defines, in their order."""
    return (
        member
        for name, member in vars(module).items()
        if inspect.isfunction(member)
        and not name.startswith("_")
        and member.__module__ == getattr(module, "__name__", "")
    )


def _parameters(word: Callable[..., object]) -> str:
    return ", ".join(inspect.signature(word).parameters)


def _sentence(documented: object) -> str:
    return (inspect.getdoc(documented) or "").partition("\n")[0]


if __name__ == "__main__":
    FILE.write_text(document() + "\n")
    print(f"wrote {FILE.relative_to(CHECKOUT)}")
