"""The studio server: Studio API, management, web services and the native API behind one address."""
