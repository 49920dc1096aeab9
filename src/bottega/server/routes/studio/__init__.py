"""Classic's Studio API, for the clients that people already have (clients.md 1, 3, 4)."""
