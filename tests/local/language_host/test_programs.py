"""Programs through the genuine CLI: what they register and export, and how their errors are told."""

from pathlib import Path

import pytest

from tests.local.language_host.engine import Engine

BOXES = """
    import pulumi

    class Box(pulumi.ComponentResource):
        def __init__(self, name):
            super().__init__("test:index:Box", name)
            self.register_outputs({})

    Box("box")
    pulumi.export("password", pulumi.Config().require_secret("password"))
    pulumi.export("organization", pulumi.get_organization())
    pulumi.export("root", pulumi.runtime.get_root_directory())
"""


@pytest.fixture
def boxes(engine: Engine) -> Path:
    folder = engine.project("boxes", BOXES)
    engine.run(folder, "config", "set", "--secret", "password", "correct horse")
    return folder


def test_a_program_s_exports_are_the_stack_s_outputs(engine: Engine, boxes: Path) -> None:
    engine.run(boxes, "up", "--yes", "--skip-preview")
    assert engine.outputs(boxes, secrets=True) == {
        "password": "correct horse",
        "organization": "organization",
        "root": str(boxes),
    }


def test_a_secret_of_the_configuration_stays_one(engine: Engine, boxes: Path) -> None:
    told = engine.run(boxes, "up", "--yes")
    assert engine.outputs(boxes)["password"] == "[secret]"
    state = "".join(path.read_text() for path in (engine.root / "state").rglob("*.json"))
    assert "correct horse" not in told + state


def test_a_program_can_tell_which_keys_are_secret(engine: Engine, boxes: Path) -> None:
    engine.run(boxes, "config", "set", "colour", "red")
    program = "from pulumi.runtime.config import is_config_secret as secret\n"
    program += "print('secret:', secret('boxes:password'), secret('boxes:colour'))"
    (boxes / "__main__.py").write_text(program)
    assert "secret: True False" in engine.run(boxes, "preview")


def test_the_second_up_changes_nothing_and_destroy_leaves_nothing(engine: Engine, boxes: Path) -> None:
    engine.run(boxes, "up", "--yes", "--skip-preview")
    assert "2 unchanged" in engine.run(boxes, "up", "--yes", "--skip-preview")
    assert "2 unchanged" in engine.run(boxes, "refresh", "--yes", "--skip-preview")
    assert "2 deleted" in engine.run(boxes, "destroy", "--yes", "--skip-preview")


def test_a_stack_reads_another_s_outputs(engine: Engine, boxes: Path) -> None:
    engine.run(boxes, "up", "--yes", "--skip-preview")
    reader = engine.project(
        "reader",
        """
        import pulumi
        pulumi.export("read", pulumi.StackReference("organization/boxes/dev").require_output("password"))
        """,
    )
    engine.run(reader, "up", "--yes", "--skip-preview")
    assert engine.outputs(reader) == {"read": "[secret]"}
    assert engine.outputs(reader, secrets=True) == {"read": "correct horse"}


def test_several_at_once_do_not_meet(engine: Engine) -> None:
    program = "import pulumi; pulumi.export('name', pulumi.get_project())"
    folders = [engine.project(f"project-{number}", program) for number in range(3)]
    running = [engine.start(folder, "up", "--yes", "--skip-preview") for folder in folders]
    told = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], told
    assert [engine.outputs(folder)["name"] for folder in folders] == ["project-0", "project-1", "project-2"]


def test_an_exception_shows_the_program_s_part_of_the_traceback(engine: Engine) -> None:
    folder = engine.project("fails", "def at_fault():\n    raise ValueError('no such thing')\n\nat_fault()\n")
    told = engine.failure(folder, "preview")
    assert "error: Program failed with an unhandled exception:" in told
    assert f'File "{folder}/__main__.py", line 4, in <module>' in told
    assert "ValueError: no such thing" in told
    assert "runpy" not in told


def test_an_exception_in_an_apply_is_told(engine: Engine) -> None:
    folder = engine.project(
        "fails", "import pulumi\npulumi.export('x', pulumi.Output.from_input(0).apply(lambda x: 1 // x))"
    )
    assert "ZeroDivisionError" in engine.failure(folder, "preview")


def test_a_run_error_shows_its_message_alone(engine: Engine) -> None:
    folder = engine.project("fails", "import pulumi\nraise pulumi.RunError('deploy security first')")
    told = engine.failure(folder, "preview")
    assert "error: deploy security first" in told
    assert "Traceback" not in told


def test_an_exit_code_is_a_failure_and_zero_is_none(engine: Engine) -> None:
    folder = engine.project("leaves", "import sys\nsys.exit(3)")
    assert "error: Program exited with 3" in engine.failure(folder, "preview")
    (folder / "__main__.py").write_text("import sys\nsys.exit(0)")
    engine.run(folder, "preview")


def test_what_a_program_prints_is_shown(engine: Engine) -> None:
    folder = engine.project("prints", "print('said on the way')")
    assert "said on the way" in engine.run(folder, "preview")


def test_a_folder_without_a_program_is_named(engine: Engine) -> None:
    folder = engine.project("empty", "")
    (folder / "__main__.py").unlink()
    assert f"unable to find main python program `__main__.py` in `{folder}`" in engine.failure(folder, "preview")
