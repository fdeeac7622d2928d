"""The policy documents that a resource carries."""

from collections.abc import Iterator

from policies.framework.resource import Resource
from policies.policy_language.document import MalformedDocumentError, Statement, statements
from policies.policy_language.locations import DOCUMENTS


def parsed_documents(resource: Resource) -> Iterator[tuple[str, list[Statement]]]:
    """Place and statements of each; `iam-no-wildcards` reports those that are malformed, so they are left out here."""
    for path in DOCUMENTS[resource.type]:
        for place, document in resource.read_each(path):
            try:
                yield place, statements(document)
            except MalformedDocumentError:
                continue


def allowed(resource: Resource) -> Iterator[tuple[str, Statement]]:
    """Each statement that allows something, with the words for where it stands."""
    for place, found in parsed_documents(resource):
        for statement in found:
            if statement.effect == "Allow":
                yield f"statement {statement.label} of `{place}`", statement
