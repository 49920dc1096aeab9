"""Which measurements tell most about the last column? An ensemble's importances, sorted."""

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.ensemble import ExtraTreesClassifier


def azureml_main(dataframe1=None, dataframe2=None):
    label = dataframe1.columns[-1]
    features = dataframe1.drop(columns=label)
    forest = ExtraTreesClassifier(n_estimators=100, random_state=0)
    forest.fit(features, dataframe1[label])

    ranking = pd.DataFrame({"feature": features.columns, "importance": forest.feature_importances_})
    ranking = ranking.sort_values("importance", ascending=False)
    print(f"the best of {len(ranking)} features for {label} is {ranking['feature'].iloc[0]}")

    top = ranking.head(10).iloc[::-1]
    figure, axes = plt.subplots(figsize=(8, 5))
    axes.barh(top["feature"], top["importance"], color="#3465a4")
    axes.set_xlabel("importance")
    axes.set_title(f"What tells most about {label}")
    figure.tight_layout()
    figure.savefig("importances.png")
    return ranking,
