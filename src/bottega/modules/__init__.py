"""The catalogue: one folder a category of the palette, one file a module, named for it.

Files that begin with an underscore hold what several modules of a folder share.
"""
