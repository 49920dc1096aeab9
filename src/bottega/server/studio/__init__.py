"""What classic's Studio API says and takes (clients.md 1, 3, 4): shapes of JSON, ids, samples, packages.

The handlers are in `server.routes.studio`; here is what they are made of.
"""
