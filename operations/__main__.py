"""The command line behind the recipes."""

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from local import target as embedded
from local.emulator import EmulatorError
from local.toolchain.errors import ToolchainError
from operations import inspection
from operations.alerts import add_alerts_parser, alerts
from operations.audit.audit import audit
from operations.dashboard.dashboard import show_dashboard
from operations.dead_letters.dlq import add_dlq_parser, dlq
from operations.dead_letters.redrive import add_redrive_parser, redrive
from operations.deployer.policies import write_policies
from operations.deployment import Deployment
from operations.doctor import doctor
from operations.logs import add_logs_parser, add_trace_parser, logs, trace
from operations.privileges.iam_mutants import iam_mutants
from operations.problem import OperationError, choose
from operations.pulumi_command import PulumiCommand
from operations.rights.show_rights import show_rights
from operations.send import send
from operations.smoke import smoke
from operations.target import Target, settings_of, target_of
from operations.touch_alerts import touch_alerts
from operations.validation.validate import validate
from shared.layers import LAYERS
from shared.settings import Settings

Description = Callable[[argparse.Namespace, Settings], None]
Command = Callable[[argparse.Namespace, PulumiCommand], None]

# These tell from the checkout alone, and start nothing.
DESCRIPTIONS: dict[str, tuple[tuple[str, ...], Description]] = {
    "deployer-policies": (("folder",), lambda said, settings: write_policies(settings, Path(said.folder))),
    "iam": (("function",), lambda said, settings: show_rights(settings, said.function)),
}

COMMANDS: dict[str, tuple[tuple[str, ...], Command]] = {
    "deploy-all": ((), lambda said, pulumi: _deploy_all(pulumi)),
    "preview-all": ((), lambda said, pulumi: Deployment(pulumi).preview_all()),
    "destroy-all": ((), lambda said, pulumi: Deployment(pulumi).destroy_all()),
    "deploy": (("layer",), lambda said, pulumi: Deployment(pulumi).deploy(said.layer)),
    "preview": (("layer",), lambda said, pulumi: Deployment(pulumi).preview(said.layer)),
    "destroy": (("layer",), lambda said, pulumi: Deployment(pulumi).destroy(said.layer)),
    "outputs": ((), lambda said, pulumi: inspection.show_outputs(pulumi)),
    "export": (("folder",), lambda said, pulumi: inspection.export_stacks(pulumi, Path(said.folder))),
    "status": ((), lambda said, pulumi: inspection.show_status(pulumi)),
    "validate": ((), lambda said, pulumi: validate(pulumi)),
    "audit": (("format",), lambda said, pulumi: audit(pulumi, said.format)),
    "doctor": ((), lambda said, pulumi: doctor(pulumi)),
    "send": (("system", "file"), lambda said, pulumi: send(pulumi, said.system, Path(said.file))),
    "smoke": ((), lambda said, pulumi: smoke(pulumi)),
    "iam-mutants": ((), lambda said, pulumi: iam_mutants(pulumi)),
    "logs": ((), lambda said, pulumi: logs(pulumi.target, said, datetime.now(UTC))),
    "trace": ((), lambda said, pulumi: trace(pulumi.target, said, datetime.now(UTC))),
    "dashboard": (("system",), lambda said, pulumi: show_dashboard(pulumi.target, said.system, datetime.now(UTC))),
    "dlq": ((), lambda said, pulumi: dlq(pulumi, said)),
    "redrive": ((), lambda said, pulumi: redrive(pulumi, said)),
    "alerts": ((), lambda said, pulumi: alerts(pulumi, said)),
    "touch-alerts": (("coin",), lambda said, pulumi: touch_alerts(pulumi, said.coin)),
    "exports": ((), lambda said, pulumi: _print_exports(pulumi.target)),
}

# These take more than parameters in their order.
PARSERS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "alerts": add_alerts_parser,
    "dlq": add_dlq_parser,
    "logs": add_logs_parser,
    "redrive": add_redrive_parser,
    "trace": add_trace_parser,
}


def main(arguments: Sequence[str]) -> int:
    """Runs one command; what went wrong is one message on standard error and exit status 1."""
    said = _parser().parse_args(arguments)
    try:
        if "layer" in said:
            choose("layer", said.layer, LAYERS)
        if said.command in DESCRIPTIONS:
            _, describe = DESCRIPTIONS[said.command]
            describe(said, settings_of(said.environment))
        else:
            _, command = COMMANDS[said.command]
            command(said, PulumiCommand(target_of(said.environment)))
    except (OperationError, EmulatorError, ToolchainError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="operations", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (parameters, _) in {**DESCRIPTIONS, **COMMANDS}.items():
        command = commands.add_parser(name)
        if name in PARSERS:
            PARSERS[name](command)
            continue
        for parameter in (*parameters, "environment"):
            command.add_argument(parameter)
    return parser


def _deploy_all(pulumi: PulumiCommand) -> None:
    doctor(pulumi)
    Deployment(pulumi).deploy_all()


def _print_exports(target: Target) -> None:
    """The variables that differ from the caller's, for `eval` in a shell."""
    for name in embedded.NOT_INHERITED:
        if name in os.environ and name not in target.environ:
            print(f"unset {name}")
    for name, value in sorted(target.environ.items()):
        if os.environ.get(name) != value:
            print(f"export {name}={shlex.quote(value)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
