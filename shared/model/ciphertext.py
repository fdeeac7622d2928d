"""Secrets that functions carry in their environment, encrypted."""

from dataclasses import dataclass

from shared.model.key import Key


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """A secret that stands in a function's environment as ciphertext under the key, bound to its system and name.

    Its plaintext, at most 4,096 bytes, is secret configuration of the security layer; a rotation deploys security and
    compute.
    """

    name: str
    key: Key
