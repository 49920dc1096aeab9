"""Programs of the peers, run by an environment of their own; each prints one line of JSON at its end.

They take times inside the process, around the run itself: starting Python, importing a library
and building its graph are not counted, which is to the peers' favour.
"""
