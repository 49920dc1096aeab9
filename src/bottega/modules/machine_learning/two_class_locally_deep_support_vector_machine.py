"""Two-Class Locally Deep Support Vector Machine (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._learner import LARGEST
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._locally_deep import TwoClassLocallyDeepSupportVectorMachine
from bottega.modules.machine_learning._networks import Normalizer
from bottega.modules.machine_learning._sweep import IN_RANGE, IN_SINGLE, TrainerMode, swept
from bottega.sdk import Help, Label, Range, UntrainedModel, module


@module(
    title="Two-Class Locally Deep Support Vector Machine",
    category="Machine Learning/Initialize Model/Classification",
    libraries=LIBRARIES,
)
def two_class_locally_deep_support_vector_machine(
    *,
    trainer_mode: Annotated[TrainerMode, Label("Create trainer mode")] = TrainerMode.SINGLE,
    depth: Annotated[int, Label("Depth of the tree"), Range(minimum=1, maximum=12), IN_SINGLE] = 3,
    lambda_w: Annotated[float, Label("Lambda W"), Range(minimum=1.401298e-45, maximum=LARGEST), IN_SINGLE] = 0.1,
    lambda_theta: Annotated[
        float, Label("Lambda Theta"), Range(minimum=1.401298e-45, maximum=LARGEST), IN_SINGLE
    ] = 0.01,
    lambda_theta_prime: Annotated[
        float, Label("Lambda Theta Prime"), Range(minimum=1.401298e-45, maximum=LARGEST), IN_SINGLE
    ] = 0.01,
    sharpness: Annotated[
        float, Label("Sigmoid sharpness"), Range(minimum=1.401298e-45, maximum=LARGEST), IN_SINGLE
    ] = 1.0,
    iterations: Annotated[int, Label("Number of iterations"), Range(minimum=1, maximum=2**31 - 1), IN_SINGLE] = 15_000,
    depth_range: Annotated[str, Label("Range for depth of the tree"), IN_RANGE] = "1; 3; 5; 7",
    lambda_w_range: Annotated[str, Label("Range for lambda W"), IN_RANGE] = "0.1; 0.01; 0.001",
    lambda_theta_range: Annotated[str, Label("Range for lambda Theta"), IN_RANGE] = "0.1; 0.01; 0.001",
    lambda_theta_prime_range: Annotated[str, Label("Range for lambda Theta Prime"), IN_RANGE] = "0.1; 0.01; 0.001",
    sharpness_range: Annotated[str, Label("Range for sigmoid sharpness"), IN_RANGE] = "1.0; 0.1; 0.01",
    iterations_range: Annotated[str, Label("Range for number of iterations"), IN_RANGE] = "10000; 15000; 20000",
    normalizer: Annotated[Normalizer, Label("Feature normalizer")] = Normalizer.MINIMUM_MAXIMUM_NORMALIZER,
    seed: Annotated[
        int | None, Label("Random number seed"), Range(minimum=0, maximum=2**31 - 1), Help("Empty is the same as 0.")
    ] = None,
    allow_unknown_levels: Annotated[bool, Label("Allow unknown categorical levels")] = True,
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """A support vector machine with local kernels that tells two classes apart, also by curves.

    The method is the published one of local deep kernels: a tree of that depth, each of whose nodes has a
    linear classifier w, a size v and, if it is no leaf, a branch t. A row x is worth tanh(sharpness · v · x) ·
    (w · x) in a node, and an inner node adds both branches in the shares (1 ± tanh(t · x)) / 2. In place of
    classic's own code numpy descends by Adam's steps on the mean hinge loss plus half of Lambda W, Lambda Theta
    Prime and Lambda Theta times the squares of w, v and t; each iteration is a step on about 64 rows in random
    order. A tree may be 12 deep. Probabilities come from the root's values by Platt's logistic function, fitted
    on the rows of training. Min-Max brings columns of numbers to the range 0 to 1, Gaussian to mean 0 and
    deviation 1, Binning to the number of one of at most 1,024 bins of equally many values, as a share of all.
    Weights that grow without bound are Error 0083.

    The label is String, Integer, Double, Boolean or Categorical with exactly two values; the larger in
    ascending order (1, true, the later text) is the positive class. All columns of role
    feature but the label take part: numbers and Boolean values, dates and times as
    seconds, each level of String and Categorical columns as a column of 0 and 1.
    Rows with a missing value are left out of training, with a note, and get no score. A level that
    did not occur in training counts as none of the known ones, or is an error where unknown levels
    are not allowed. One column of role weight may weigh the rows. An empty seed is the seed 0: equal
    data give an equal model.

    With Parameter Range the values between semicolons are what Tune Model Hyperparameters tries; trained without
    it, the first of each count.
    """
    learner = TwoClassLocallyDeepSupportVectorMachine(
        depth=depth,
        lambda_w=lambda_w,
        lambda_theta=lambda_theta,
        lambda_theta_prime=lambda_theta_prime,
        sharpness=sharpness,
        normalizer=normalizer,
        iterations=iterations,
        seed=seed,
        allow_unknown_levels=allow_unknown_levels,
    )
    return swept(
        learner, two_class_locally_deep_support_vector_machine, trainer_mode,
        depth=depth_range, lambda_w=lambda_w_range, lambda_theta=lambda_theta_range,
        lambda_theta_prime=lambda_theta_prime_range, sharpness=sharpness_range, iterations=iterations_range,
    )  # fmt: skip
