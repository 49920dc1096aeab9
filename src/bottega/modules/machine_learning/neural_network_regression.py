"""Neural Network Regression (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._network_regression import NeuralNetworkRegression
from bottega.modules.machine_learning._networks import HiddenLayers, Normalizer
from bottega.modules.machine_learning._sweep import IN_RANGE, IN_SINGLE, TrainerMode, swept
from bottega.sdk import Code, Help, Label, Range, UntrainedModel, When, module

_FULL = When("hidden_layers", HiddenLayers.FULL)
_CUSTOM = When("hidden_layers", HiddenLayers.CUSTOM)


@module(
    title="Neural Network Regression",
    category="Machine Learning/Initialize Model/Regression",
    libraries=LIBRARIES,
)
def neural_network_regression(
    *,
    trainer_mode: Annotated[TrainerMode, Label("Create trainer mode")] = TrainerMode.SINGLE,
    hidden_layers: Annotated[HiddenLayers, Label("Hidden layer specification")] = HiddenLayers.FULL,
    hidden_nodes: Annotated[int, Label("Number of hidden nodes"), Range(minimum=1, maximum=100_000), _FULL] = 100,
    definition: Annotated[str, Label("Neural network definition"), Code("text"), _CUSTOM] = "",
    weights_diameter: Annotated[
        float, Label("The initial learning weights diameter"), Range(above=0, maximum=1e6)
    ] = 0.1,
    learning_rate: Annotated[
        float, Label("Learning rate", ("The learning rate",)), Range(above=0, maximum=0.01), IN_SINGLE
    ] = 0.005,
    iterations: Annotated[
        int, Label("Number of learning iterations"), Range(minimum=1, maximum=2**31 - 1), IN_SINGLE
    ] = 100,
    learning_rate_range: Annotated[str, Label("Range for learning rate"), IN_RANGE] = "0.0025; 0.005; 0.01",
    iterations_range: Annotated[str, Label("Range for number of learning iterations"), IN_RANGE] = "20; 40; 80; 160",
    momentum: Annotated[float, Label("The momentum"), Range(minimum=0, maximum=1)] = 0.0,
    normalizer: Annotated[Normalizer, Label("The type of normalizer")] = Normalizer.MINIMUM_MAXIMUM_NORMALIZER,
    shuffle: Annotated[bool, Label("Shuffle examples")] = True,
    seed: Annotated[
        int | None, Label("Random number seed"), Range(minimum=0, maximum=2**31 - 1), Help("Empty is the same as 0.")
    ] = None,
    allow_unknown_levels: Annotated[bool, Label("Allow unknown categorical levels")] = True,
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """A neural network that predicts a number.

    scikit-learn's MLPRegressor learns by stochastic gradient descent on the squared error, with steps by Adam, in place
    of classic's network. The learning rate is Adam's, and the momentum how far a step goes on with those before.

    The fully connected case has one hidden layer of sigmoid nodes; other layers are written in
    Net#, of which full connections are understood. It goes through the rows as many times as there are
    iterations, but stops where ten in a row did not lower the loss by 0.0001; each time in at least 10 steps, or one
    for each row where there are fewer, of at most 200 rows at once. Training sees
    the labels brought to mean 0 and deviation 1, so that one learning rate suits small and large ones.

    The label is Integer or Double and not categorical. All columns of role feature but the label take part: numbers and
    Boolean values, brought to the range 0 to 1 (Min-Max), to mean 0 and deviation 1 (Gaussian), to bins of equally
    many values (Binning) or left as they are; dates and times as seconds; each level of String and Categorical
    columns as a column of 0 and 1. Rows with a missing value are left out of training, with a note, and get no
    score. A level that did not occur in training counts as none of the known ones, or is an error where
    unknown levels are not allowed. One column of role weight may weigh the rows. Weights that grow without bound are
    Error 0083. An empty seed is the seed 0: equal data give an equal model.

    With a parameter range each value to try stands between semicolons, for Tune Model Hyperparameters; Train Model
    takes the first of each.
    """
    learner = NeuralNetworkRegression(
        hidden_layers=hidden_layers,
        hidden_nodes=hidden_nodes,
        definition=definition,
        weights_diameter=weights_diameter,
        learning_rate=learning_rate,
        momentum=momentum,
        normalizer=normalizer,
        iterations=iterations,
        shuffle=shuffle,
        seed=seed,
        allow_unknown_levels=allow_unknown_levels,
    )
    return swept(
        learner,
        neural_network_regression,
        trainer_mode,
        learning_rate=learning_rate_range,
        iterations=iterations_range,
    )
