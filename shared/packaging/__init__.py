"""Bundles: the zip that a system's functions run from, the same bytes for the same sources."""

from shared.packaging.bundle import Bundle, bundle_of
from shared.packaging.target import AWS, HOST, Target, target_named

__all__ = ["AWS", "HOST", "Bundle", "Target", "bundle_of", "target_named"]
