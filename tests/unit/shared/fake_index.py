"""A checkout with a tiny system, and an index of tiny wheels that pip installs without a network."""

import base64
import hashlib
from pathlib import Path
from zipfile import ZipFile, ZipInfo

MODULES = {
    "services/__init__.py": "",
    "services/common/__init__.py": "",
    # A set among the constants: its order must not show in the bytecode.
    "services/common/words.py": 'def known(word):\n    return word in {"one", "two", "three", "four", "five", "six"}\n',
    "services/corner_shop/__init__.py": "",
    "services/corner_shop/system.py": "import shared.model\n",
    "services/corner_shop/shipper.py": "from services.common.words import known\n\nWORDS = known('one')\n",
    "services/other/handler.py": "OTHER = True\n",
}


def write_checkout(checkout: Path, lock: str) -> Path:
    for path, text in MODULES.items():
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        (checkout / path).write_text(text)
    (checkout / "poetry.lock").write_text(lock)
    return checkout


def write_wheel(index: Path, name: str, text: str = "VERSION = 1\n", version: str = "1.0") -> str:
    """Writes a wheel with one module; returns its entry in a lock of Poetry's, in the group of the functions."""
    index.mkdir(exist_ok=True)
    information = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": text,
        f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(said)},{len(said)}\n" for path, said in files.items())
    wheel = index / f"{name}-{version}-py3-none-any.whl"
    with ZipFile(wheel, "w") as archive:
        for path, said in {**files, f"{information}/RECORD": record}.items():
            archive.writestr(ZipInfo(path), said)
    return entry(name, hashlib.sha256(wheel.read_bytes()).hexdigest(), version=version)


def entry(name: str, sha256: str, group: str = "services", version: str = "1.0") -> str:
    """A package as poetry.lock says it."""
    file = f'{{file = "{name}-{version}-py3-none-any.whl", hash = "sha256:{sha256}"}}'
    return f'[[package]]\nname = "{name}"\nversion = "{version}"\ngroups = ["{group}"]\nfiles = [{file}]\n'


def _digest(said: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(said.encode()).digest()).rstrip(b"=").decode()
