"""DynamoDB's queries, at a cost that does not grow with the partition."""
