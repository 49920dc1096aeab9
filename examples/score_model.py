"""Pass a model, part two: the first script's Files come in on the port Script Bundle."""

import pickle


def azureml_main(dataframe1=None, dataframe2=None):
    with open("Script Bundle/model.pkl", "rb") as file:
        model = pickle.load(file)
    features = dataframe1.iloc[:, :-1]
    dataframe1["Scored Labels"] = model.predict(features)
    dataframe1["Scored Probabilities"] = model.predict_proba(features)[:, 1]
    right = (dataframe1["Scored Labels"] == dataframe1.iloc[:, -3]).mean()
    print(f"right for {right:.1%} of the rows")
    return dataframe1.iloc[:, -3:],
