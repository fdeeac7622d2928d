"""Component resources: each makes one element of a description, with all that it must not be without."""
