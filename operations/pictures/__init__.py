"""Draws the systems and the layers from their descriptions, as SVG."""
