"""Two-Class Neural Network (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._learner import LARGEST
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._networks import HiddenLayers, Normalizer, TwoClassNeuralNetwork
from bottega.modules.machine_learning._sweep import IN_RANGE, IN_SINGLE, TrainerMode, swept
from bottega.sdk import Code, Help, Label, Range, UntrainedModel, When, module


@module(
    title="Two-Class Neural Network",
    category="Machine Learning/Initialize Model/Classification",
    libraries=LIBRARIES,
)
def two_class_neural_network(
    *,
    trainer_mode: Annotated[TrainerMode, Label("Create trainer mode")] = TrainerMode.SINGLE,
    hidden_layers: Annotated[HiddenLayers, Label("Hidden layer specification")] = HiddenLayers.FULL,
    hidden_nodes: Annotated[
        int,
        Label("Number of hidden nodes"),
        Range(minimum=1, maximum=1_000_000),
        When("hidden_layers", HiddenLayers.FULL),
    ] = 100,
    definition: Annotated[
        str,
        Label("Neural network definition"),
        Code("text"),
        When("hidden_layers", HiddenLayers.CUSTOM),
    ] = "",
    weights_diameter: Annotated[
        float, Label("The initial learning weights diameter"), Range(above=0, maximum=LARGEST)
    ] = 0.1,
    learning_rate: Annotated[float, Label("Learning rate"), Range(above=0, maximum=1), IN_SINGLE] = 0.1,
    iterations: Annotated[
        int, Label("Number of learning iterations"), Range(minimum=1, maximum=2**31 - 1), IN_SINGLE
    ] = 100,
    learning_rate_range: Annotated[str, Label("Range for learning rate"), IN_RANGE] = "0.1; 0.2; 0.4",
    iterations_range: Annotated[str, Label("Range for number of learning iterations"), IN_RANGE] = "20; 40; 80; 160",
    momentum: Annotated[float, Label("The momentum"), Range(minimum=0, maximum=1)] = 0.0,
    normalizer: Annotated[Normalizer, Label("The type of normalizer")] = Normalizer.MINIMUM_MAXIMUM_NORMALIZER,
    shuffle: Annotated[bool, Label("Shuffle examples")] = True,
    seed: Annotated[
        int | None, Label("Random number seed"), Range(minimum=0, maximum=2**31 - 1), Help("Empty is the same as 0.")
    ] = None,
    allow_unknown_levels: Annotated[bool, Label("Allow unknown categorical levels")] = True,
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """A neural network that tells two classes apart.

    In place of classic's own networks scikit-learn's multilayer perceptron runs: one hidden layer of sigmoid
    nodes, and a sigmoid output, the probability of the positive class. Stochastic gradient descent lowers the
    mean log loss, at the learning rate and with the momentum. Each iteration goes through all rows, in random
    order where they are shuffled, in steps of a 100th of the rows each, but of one row at least and 200 at
    most; the weights begin anywhere within half the diameter from 0. Gradients that grow without bound are
    Error 0083.

    Min-Max brings columns of numbers to the range 0 to 1, Gaussian to mean 0 and deviation 1, Binning to the number
    of one of at most 1,024 bins of equally many values, as a share of all.

    A custom definition is read as Net#, as far as its layers are one input, hidden ones and one output, each
    `from` the one before, `all` of it: `hidden H [200] rlinear from Data all;`. The hidden layers have one function:
    sigmoid, tanh, rlinear or linear. The sizes of input and output are those of the data. Convolution, pooling and
    other bundles are not read and are an error.

    The label is String, Integer, Double, Boolean or Categorical with exactly two values; the larger in
    ascending order (1, true, the later text) is the positive class. All columns of role
    feature but the label take part: numbers and Boolean values as they are normalised, dates and times as
    seconds, each level of String and Categorical columns as a column of 0 and 1.
    Rows with a missing value are left out of training, with a note, and get no score. A level that
    did not occur in training counts as none of the known ones, or is an error where unknown levels
    are not allowed. One column of role weight may weigh the rows. An empty seed is the seed 0: equal
    data give an equal model.

    With Parameter Range the values between semicolons are what Tune Model Hyperparameters tries; trained without
    it, the first of each count.
    """
    learner = TwoClassNeuralNetwork(
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
        learner, two_class_neural_network, trainer_mode,
        learning_rate=learning_rate_range, iterations=iterations_range,
    )  # fmt: skip
