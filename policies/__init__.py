"""A CrossGuard policy pack for event-driven systems on AWS; stands alone, and fails closed."""
