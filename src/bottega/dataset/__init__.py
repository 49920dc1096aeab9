"""Tables: Arrow data with Studio's column types and roles, read from and written to files."""
