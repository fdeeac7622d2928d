"""The library that the layers are built with."""
