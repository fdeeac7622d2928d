"""What the recipes run: deploy, preview, destroy, inspect and exercise an environment."""
