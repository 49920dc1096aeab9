"""An experiment as plain Python: the modules' own functions, called one after the other, as a script or a notebook.

What it starts from goes into a folder beside it, so that it gives the same tables anywhere.
"""
