"""Data Format Conversions: a table as a file of another kind."""
