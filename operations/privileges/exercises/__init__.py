"""Each system at work, one module a system, named for it in snake case."""
