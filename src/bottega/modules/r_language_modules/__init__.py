"""R Language Modules: the user's own code in R."""
