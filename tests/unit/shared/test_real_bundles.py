"""The bundles of the checkout's systems, with the wheels that the lock pins."""

from zipfile import ZipFile

import pytest

from shared.model import System
from shared.packaging import AWS, HOST, Bundle, Target, bundle_of
from shared.packaging.wheels import RUNTIME_BRINGS
from shared.systems import known_systems, load_systems

SYSTEMS = load_systems(known_systems())
# e_machine in an ELF header: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
AARCH64 = (183).to_bytes(2, "little")
# The names under which what the runtime brings is imported.
BROUGHT = ("boto3", "botocore", "dateutil", "s3transfer", "six", "urllib3")


@pytest.fixture(params=SYSTEMS, ids=lambda system: system.name)
def system(request: pytest.FixtureRequest) -> System:
    return request.param


def content(bundle: Bundle) -> dict[str, bytes]:
    with ZipFile(bundle.path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.requirement("ALL-2")
def test_every_binary_for_aws_is_for_arm64(system: System) -> None:
    binaries = {name: said for name, said in content(bundle_of(system, AWS)).items() if said.startswith(b"\x7fELF")}
    assert any(name.startswith("msgspec/") for name in binaries)
    assert {said[18:20] for said in binaries.values()} == {AARCH64}


@pytest.mark.parametrize("target", [AWS, HOST], ids=lambda target: target.name)
def test_a_bundle_holds_nothing_that_the_runtime_brings_and_none_of_our_tools(system: System, target: Target) -> None:
    tops = {name.partition("/")[0].partition("-")[0].removesuffix(".py") for name in content(bundle_of(system, target))}
    assert (
        tops & {*BROUGHT, *RUNTIME_BRINGS, "pulumi", "pulumi_aws", "shared", "local", "operations", "pytest"} == set()
    )
    assert {"services", "aws_lambda_powertools", "aws_xray_sdk", "msgspec"} <= tops
