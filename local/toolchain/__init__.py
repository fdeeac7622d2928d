"""Set-up that needs nobody: what the checkout is built and deployed with, made under .toolchain/ and .venv/.

Standard library only: this runs on the system's Python 3.11 or newer, before anything is installed.
"""
