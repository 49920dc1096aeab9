"""A file a family of paths; each has `routes()`, and `app.py` collects them."""
