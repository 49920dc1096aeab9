"""Pass a model, part one: fit it and leave it as a file for the next script."""

import os
import pickle

import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def azureml_main(dataframe1=None, dataframe2=None):
    label = dataframe1.columns[-1]
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    model.fit(dataframe1.drop(columns=label), dataframe1[label])
    # What lies in ./outputs comes out on the port Files, as a zip.
    os.makedirs("outputs", exist_ok=True)
    with open("outputs/model.pkl", "wb") as file:
        pickle.dump(model, file)
    coefficients = model[-1].coef_[0]
    return pd.DataFrame({"feature": dataframe1.columns[:-1], "coefficient": coefficients}),
