"""Uses a module that comes in the script bundle."""

import pandas as pd
from Hello import print_hello


def azureml_main(dataframe1=None, dataframe2=None):
    print_hello("World")
    with open("Script Bundle/Hello.py") as file:
        lines = len(file.readlines())
    return pd.DataFrame({"module": ["Hello"], "lines": [lines]}),
