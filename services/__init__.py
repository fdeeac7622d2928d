"""The systems: one folder each, a description beside the handlers and the domain it describes."""
