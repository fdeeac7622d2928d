"""Starts the pack: a server of rules that the Pulumi engine asks about every resource."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

folder = Path(__file__).resolve().parent

# The rules import each other as `policies`, whatever the folder is called that the pack was copied to.
package = spec_from_file_location("policies", folder / "__init__.py", submodule_search_locations=[str(folder)])
if package is None:
    raise SystemExit(f"{folder} is not the whole policy pack: its __init__.py is missing")
sys.modules["policies"] = module_from_spec(package)

from policies.framework.pack import serve  # noqa: E402 - there is no package `policies` before

serve(folder)
