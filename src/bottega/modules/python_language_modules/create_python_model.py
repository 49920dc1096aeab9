"""Create Python Model (fact sheet 2.3): a learner of the user's own."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.sdk import Code, Label, UntrainedModel, module

_SAMPLE = """\
import pandas as pd
from sklearn.linear_model import LogisticRegression


class AzureMLModel:
    def __init__(self):
        self.model = LogisticRegression(max_iter=1000)

    def train(self, df_train, df_label):
        # The feature columns, and the label column, as frames. This learner works with numbers alone.
        self.names = df_train.select_dtypes(["number", "bool"]).columns.tolist()
        self.model.fit(df_train[self.names], df_label.iloc[:, 0])

    def predict(self, df):
        # The whole table; what is returned is appended to it.
        if df.empty:
            return pd.DataFrame({"Scored Labels": self.model.classes_[:0]})
        return pd.DataFrame({"Scored Labels": self.model.predict(df[self.names])})
"""


@module(title="Create Python Model", category="Python Language Modules", libraries=LIBRARIES)
def create_python_model(
    *,
    script: Annotated[str, Label("Python script"), Code("python")] = _SAMPLE,
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """Make a learner out of your own Python class, for Train Model and all that takes a learner.

    The script defines a class of the name AzureMLModel:

        class AzureMLModel:
            def __init__(self): ...
            def train(self, df_train, df_label): ...
            def predict(self, df): ...

    The sample that a new module begins with trains scikit-learn's logistic regression.
    `train` gets the feature columns and the label column, each as a frame; rows without a label are left out, with a
    note. `predict` gets the whole table and returns a frame of new columns, a row for each row, in their order or
    with their index: they are appended with the role score, in the place of scores of that name. Columns called Scored
    Labels, Scored Probabilities or Scored Probabilities for Class "x"
    can be measured by Evaluate Model as those of other learners. What the object holds after training is pickled, so
    it may hold no open files, connections or lambdas.

    The code runs in Bottega's own environment (`bottega environment show bottega`), in a jail for each step, without a
    network, that is thrown away behind it: what it changes there reaches no other step. What fails in it is Error
    0085, with your own lines of the traceback. What it prints is in the step's log. It is thought of as
    deterministic: an unchanged script is not run again for unchanged data.
    """
    from bottega.modules.machine_learning._python_model import CLASS, PythonModel
    from bottega.modules.machine_learning._user_code import UserClass

    UserClass(script, CLASS).check()
    return PythonModel(script)
