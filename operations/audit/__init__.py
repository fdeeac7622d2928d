"""Joins the deployed state of all layers with the descriptions, and with itself; one module a join."""
