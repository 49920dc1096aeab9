"""The native API, described by its own signatures (`server/api.py`)."""
