"""Functions run on arm64."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, ResourceRule, Severity


def check(function: Resource) -> Iterator[Finding]:
    """A finding unless `architectures` is exactly arm64; absent means x86_64."""
    architectures = function.read("architectures") or ["x86_64"]
    if architectures != ["arm64"]:
        yield Finding(
            name="architectures " + ",".join(map(str, architectures)),
            found=f"`architectures` is {architectures}",
            why="x86_64 costs more for the same work, and the bundle's native code is built for arm64",
            repair='Set `architectures` to ["arm64"].',
        )


RULE = ResourceRule(
    __name__,
    description="A Lambda function runs on arm64 alone.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html",
    types=["aws:lambda/function:Function"],
    check=check,
)
