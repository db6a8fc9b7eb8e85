"""A step that runs, whoever watches."""
