# -*- coding: utf-8 -*-
# A script as it was written for Studio in 2016, for pandas 0.18 and Python 2: which customers are worth a call?
import numpy as np
import pandas as pd
from sklearn.cross_validation import train_test_split
from sklearn.linear_model import LogisticRegression


def azureml_main(dataframe1 = None, dataframe2 = None):
    people = dataframe1.dropna()
    print "%d of %d people are told completely" % (len(people), len(dataframe1))

    people["well_off"] = (people["income"] == ">50K").astype(np.int)
    for name, values in people.iteritems():
        if values.dtype == np.object:
            print name, values.nunique()

    features = people[["age", "hours"]].as_matrix()
    train, test, train_y, test_y = train_test_split(features, people["well_off"], test_size=0.3, random_state=1)
    model = LogisticRegression().fit(train, train_y)
    print "right in %.0f %% of the rest" % (100 * model.score(test, test_y))

    people["chance"] = model.predict_proba(features)[:, 1]
    best = people.sort("chance", ascending=False).ix[:, ["id", "age", "hours", "chance"]].head(20)
    total = pd.DataFrame([{"id": 0, "age": best["age"].mean(), "hours": best["hours"].mean(), "chance": best["chance"].mean()}])
    return best.append(total, ignore_index=True),
