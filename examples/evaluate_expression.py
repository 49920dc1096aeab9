"""A frame of Python expressions in, each expression and its result out."""

import math

import pandas as pd


def azureml_main(dataframe1=None, dataframe2=None):
    if dataframe1 is None:
        dataframe1 = pd.DataFrame({"expression": ["2 ** 10", "math.sqrt(2)", "sum(range(101))"]})
    expressions = dataframe1.iloc[:, 0].astype(str)
    # Whoever calls may write any expression: it runs in the jail, with nothing to reach.
    results = [str(eval(expression, {"math": math})) for expression in expressions]
    return pd.DataFrame({"expression": expressions, "result": results}),
