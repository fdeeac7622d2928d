"""Finding the systems."""

from pathlib import Path

from shared.systems import folder_name, known_systems, load_systems


def test_a_folder_with_a_description_is_a_system(tmp_path: Path) -> None:
    for folder in ("price_alerts", "audits"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "system.py").touch()
    (tmp_path / "common").mkdir()
    assert known_systems(tmp_path) == ("audits", "price-alerts")


def test_a_systems_folder_is_its_name_in_snake_case() -> None:
    assert folder_name("price-alerts") == "price_alerts"


def test_every_system_of_the_checkout_bears_the_name_of_its_folder() -> None:
    assert tuple(system.name for system in load_systems(known_systems())) == known_systems()
