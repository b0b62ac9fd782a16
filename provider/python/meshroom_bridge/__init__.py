"""Runs the hooks of an existing Meshroom project: the `meshroom` package's decorators and model, our engine's state and secrets."""
