"""Asynchronous invocations of functions: Lambda's own queue, and where it tells of their ends."""
