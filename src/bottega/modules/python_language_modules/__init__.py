"""Python Language Modules: the user's own code."""
