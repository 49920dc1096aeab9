"""The files of the sample datasets and sample experiments; `server.studio.samples` tells what they are.

`airport_codes.csv` lists airports by the ids of the US Department of Transportation; the others are
what scikit-learn brings along, written to files.
"""
