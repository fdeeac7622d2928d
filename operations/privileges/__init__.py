"""Which grants of the functions' roles are enforced where an environment is deployed."""
