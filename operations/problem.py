"""What a recipe can't do, said in one sentence or two to the person who called it."""


class OperationError(Exception):
    """A recipe can't go on; the message says why and what to do next."""


def choose(kind: str, name: str, names: tuple[str, ...]) -> str:
    """The name, where it is one of the valid ones; else an OperationError that lists them."""
    if name not in names:
        raise OperationError(f"there is no {kind} '{name}'; there are: {', '.join(names) or 'none'}")
    return name
