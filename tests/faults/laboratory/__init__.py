"""A system in one process: its own handlers, AWS by moto, time that is told, and faults where the test wants them."""
