"""What delivers to functions, with the semantics that AWS documents."""
