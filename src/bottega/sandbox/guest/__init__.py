"""What runs inside the jail around a user's script.

A package of its own: standard library only, relative imports only, so that any
interpreter can run it from a read-only folder. The environment's pandas does the frames;
its pyarrow carries the tables where the environment has one.
"""
