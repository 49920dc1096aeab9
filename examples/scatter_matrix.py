"""Pairwise plots of a table's numbers: several pictures on the Python device."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt  # noqa: E402
from pandas.plotting import scatter_matrix  # noqa: E402


def azureml_main(dataframe1=None, dataframe2=None):
    numbers = dataframe1.select_dtypes("number").iloc[:, :4]
    scatter_matrix(numbers, figsize=(9, 9), diagonal="hist")
    plt.savefig("scatter_matrix.png")
    plt.close()

    numbers.plot.box(figsize=(9, 4), title="Spread")
    plt.savefig("spread.png")

    # Never saved: the run saves what is still open at its end.
    numbers.corr().plot.bar(figsize=(9, 4), title="Correlations")
    return numbers.corr().reset_index(names="column"),
