"""What a function may do, what it must never do, and which line says so."""
