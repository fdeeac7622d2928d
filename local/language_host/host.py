"""The calls of Pulumi's language host protocol that running programs and policy packs takes."""

# ruff: noqa: N802 - the methods have the names of the protocol's calls

import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import distributions, version
from typing import Any

import grpc
from pulumi.runtime.proto import LanguageRuntimeServicer, language_pb2, plugin_pb2

from local.language_host.plugin_process import PluginProcesses
from local.language_host.program import Outcome, ProgramRun


class LanguageHost(LanguageRuntimeServicer):
    """Runs Python programs and policy packs with this interpreter; the arguments are the protocol's messages."""

    def __init__(self, engine_address: str) -> None:
        self._engine_address = engine_address
        self._plugins = PluginProcesses()

    def leave(self, *_: object) -> None:
        """End the process and the policy packs that it runs, now and quietly; a signal handler."""
        self._plugins.stop_all()
        os._exit(0)

    def Handshake(self, request: Any, context: Any) -> Any:
        """Learn the engine's address when the engine attaches to a running host."""
        self._engine_address = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """Tell the version: the SDK's, with which the official host would come."""
        return plugin_pb2.PluginInfo(version=version("pulumi"))

    def About(self, request: Any, context: Any) -> Any:
        """Tell which Python runs the programs."""
        return language_pb2.AboutResponse(executable=sys.executable, version=platform.python_version())

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:
        """State none: the SDK names provider and version with each resource, and the engine loads it then.

        So a project that never touches AWS never asks for the AWS plugin, which may not be there to be had.
        """
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:
        """State none, for engines that still ask this way."""
        return language_pb2.GetRequiredPluginsResponse()

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:
        """List what is installed in this environment, for `pulumi about`."""
        found = {distribution.name: distribution.version for distribution in distributions()}
        dependencies = [language_pb2.DependencyInfo(name=name, version=found[name]) for name in sorted(found)]
        return language_pb2.GetProgramDependenciesResponse(dependencies=dependencies)

    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:
        """Say where dependencies come from; the environment is `./justw`'s to make."""
        told = f"Dependencies are those of {sys.prefix}, which ./justw installs from poetry.lock.\n"
        yield language_pb2.InstallDependenciesResponse(stdout=told.encode())

    def Run(self, request: Any, context: Any) -> Any:
        """Run the program to its end; an error has been told to the engine by then, so `bail` says no more of it."""
        outcome = ProgramRun(request, self._engine_address).run()
        return language_pb2.RunResponse(bail=outcome is Outcome.REPORTED)

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:
        """Run a policy pack and stream what it prints until it ends or the engine hangs up."""
        if request.kind != "analyzer":
            told = f"this language host runs policy packs (analyzer), not a plugin of kind {request.kind!r}: "
            context.abort(grpc.StatusCode.UNIMPLEMENTED, told + "install the official Pulumi CLI, which brings its own")
        command = [sys.executable, "-P", "-u", "-m", "pulumi.policy", *request.args, request.info.program_directory]
        environment = dict(entry.split("=", 1) for entry in request.env)
        yield from self._plugins.run(command, request.pwd, environment, context)
