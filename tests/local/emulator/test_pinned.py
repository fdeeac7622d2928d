"""The pin: another MiniStack than the one the gaps were written against is refused."""

import pytest

from tests.local.emulator.interpreter import run


def test_another_release_is_refused_with_what_to_do() -> None:
    said = run("from local.emulator import pinned; pinned.PINNED = '9.9.9'; pinned.check_version()")
    assert "has ministack 1.5.33; this checkout is made for 9.9.9" in said
    assert said.strip().endswith("Remove .toolchain/emulator and run `./justw`, which installs it anew.")


@pytest.mark.parametrize(
    ("name", "found"), [("invoke_async_with_retry", "found "), ("no_such_function", "found missing")]
)
def test_a_changed_or_missing_function_is_named(name: str, found: str) -> None:
    said = run(
        "from local.emulator.pinned import Wrapped, check_sources\n"
        f"check_sources([Wrapped('services.lambda_svc', {name!r}, 'another')])"
    )
    assert f"services.lambda_svc.{name}: expected another, {found}" in said
    assert "review the gap" in said


def test_every_gap_fits_the_installed_release_and_says_what_it_supplies() -> None:
    said = run(
        "from local.emulator import gaps, saving\n"
        "from local.emulator.pinned import check_sources\n"
        "check_sources([*saving.WRAPPED, *(item for gap in gaps.GAPS for item in gap.WRAPPED)])\n"
        "print(all('AWS documentation' in gap.__doc__ and 'unnecessary' in gap.__doc__ for gap in gaps.GAPS))"
    )
    assert "True" in said.splitlines()
