"""Experiments to begin with: documents, and the data that only they need."""
