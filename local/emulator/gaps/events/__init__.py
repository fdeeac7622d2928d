"""Events and notifications reach only targets that admit them; what can't be delivered goes to a dead-letter queue."""
