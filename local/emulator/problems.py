"""What can go wrong with the emulator, said to the person who started it."""


class EmulatorError(Exception):
    """The emulator could not do what was asked; the message says why and what to do next."""
