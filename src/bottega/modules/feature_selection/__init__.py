"""Feature Selection: which columns tell most of a target."""
