"""REST APIs of API Gateway: request validation, and the Lambda proxy integration's event and errors."""
