"""The neural networks against gradient descent written out, and what is read of Net#."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, softmax
from sklearn.datasets import load_iris
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from bottega.modules.machine_learning._net_sharp import read
from bottega.modules.machine_learning._networks import HiddenLayers, Normalizer
from bottega.modules.machine_learning.multiclass_neural_network import multiclass_neural_network
from bottega.modules.machine_learning.score_model import score_model
from bottega.modules.machine_learning.two_class_neural_network import two_class_neural_network
from bottega.sdk import BottegaError, Role, Table
from tests.modules.learning.helpers import Array, code_of, column, named, scored, table, train, two_class


def _descended(
    rows: Array,
    wanted: Array,
    *,
    nodes: int,
    diameter: float,
    rate: float,
    momentum: float,
    passes: int,
    seed: int = 0,
    heavy: float = 1.0,
) -> Array:
    """The outputs of one sigmoid layer and a softmax or a sigmoid after gradient descent, a row at a time and in order."""
    chance = np.random.RandomState(seed)
    point = []
    for size in ((rows.shape[1], nodes), (nodes, wanted.shape[1])):
        for shape in (size, size[1]):
            point.append(chance.uniform(-diameter / 2, diameter / 2, shape))
    speed = [np.zeros_like(each) for each in point]
    output = expit if wanted.shape[1] == 1 else softmax
    for _ in range(passes):
        for row, want in zip(rows, wanted, strict=True):
            weight = heavy if want[0] else 1.0
            hidden = expit(row @ point[0] + point[1])
            pull = (output(hidden @ point[2] + point[3]) - want) * weight
            back = (point[2] @ pull) * hidden * (1 - hidden)
            slopes = [np.outer(row, back), back, np.outer(hidden, pull), pull]
            for place, slope in enumerate(slopes):
                speed[place] = momentum * speed[place] - rate * slope
                point[place] = point[place] + speed[place]
    totals = expit(rows @ point[0] + point[1]) @ point[2] + point[3]
    found: Array = expit(totals) if wanted.shape[1] == 1 else softmax(totals, axis=1)
    return found


def test_a_weight_is_the_size_of_a_rows_step() -> None:
    matrix, target = two_class(50)
    target = np.arange(50) % 2
    weights = np.where(target == 1, 1.5, 0.5)  # of mean 1
    learner = two_class_neural_network(
        hidden_nodes=4, weights_diameter=1, learning_rate=0.2, iterations=3, shuffle=False
    )
    result = scored(learner, table({**named(matrix), "w": weights * 8, "y": target}, w=Role.WEIGHT))
    rows = MinMaxScaler().fit_transform(matrix)
    expected = _descended(
        rows, target[:, np.newaxis], nodes=4, diameter=1, rate=0.2 * 0.5, momentum=0.0, passes=3, heavy=3.0
    )
    np.testing.assert_allclose(column(result, "Scored Probabilities"), expected[:, 0], rtol=1e-6)


@pytest.mark.parametrize("momentum", [0.0, 0.6])
def test_two_classes_are_gradient_descent(momentum: float) -> None:
    matrix, target = two_class(50)
    learner = two_class_neural_network(
        hidden_nodes=7, weights_diameter=0.5, learning_rate=0.3, momentum=momentum, iterations=4, shuffle=False, seed=3
    )
    result = scored(learner, table({**named(matrix), "y": target}))
    rows = MinMaxScaler().fit_transform(matrix)
    expected = _descended(
        rows, target[:, np.newaxis], nodes=7, diameter=0.5, rate=0.3, momentum=momentum, passes=4, seed=3
    )
    np.testing.assert_allclose(column(result, "Scored Probabilities"), expected[:, 0], rtol=1e-6)


def test_many_classes_are_gradient_descent() -> None:
    matrix, target = load_iris(return_X_y=True)
    matrix, target = matrix[::3], target[::3]
    learner = multiclass_neural_network(
        hidden_nodes=5, iterations=6, shuffle=False, normalizer=Normalizer.GAUSSIAN, learning_rate=0.2
    )
    result = scored(learner, table({**named(matrix), "y": target}))
    rows = StandardScaler().fit_transform(matrix)
    expected = _descended(rows, np.eye(3)[target], nodes=5, diameter=0.1, rate=0.2, momentum=0.0, passes=6)
    found = [column(result, f'Scored Probabilities for Class "{place}"') for place in range(3)]
    np.testing.assert_allclose(np.column_stack(found), expected, rtol=1e-6)


def test_two_classes_of_a_multiclass_network_are_those_of_a_two_class_one() -> None:
    matrix, target = two_class(60)
    data = table({**named(matrix), "y": target})
    two = column(scored(two_class_neural_network(iterations=3), data), "Scored Probabilities")
    many = scored(multiclass_neural_network(iterations=3), data)
    np.testing.assert_allclose(column(many, 'Scored Probabilities for Class "1"'), two)
    np.testing.assert_allclose(column(many, 'Scored Probabilities for Class "0"'), 1 - two)


@pytest.mark.slow
def test_what_no_line_tells_apart() -> None:
    chance = np.random.default_rng(0)
    matrix = chance.uniform(-1, 1, size=(300, 2))
    target = (matrix[:, 0] * matrix[:, 1] > 0).astype(int)
    learner = two_class_neural_network(
        iterations=100, learning_rate=1.0, momentum=0.5, hidden_nodes=10, weights_diameter=2
    )
    result = scored(learner, table({**named(matrix, "ab"), "y": target}))
    assert (column(result, "Scored Labels") == target).mean() > 0.9


@pytest.mark.parametrize("normalizer", list(Normalizer))
def test_normalizers(normalizer: Normalizer) -> None:
    values = np.array([0.0, 1.0, 10.0, 100.0])
    encoder: Any = train(
        two_class_neural_network(iterations=1, normalizer=normalizer), table({"x": values, "y": [0, 1, 0, 1]})
    )
    found = encoder.encoder.matrix(table({"x": values}))[:, 0]
    expected = {
        Normalizer.MINIMUM_MAXIMUM_NORMALIZER: values / 100,
        Normalizer.GAUSSIAN: (values - values.mean()) / values.std(),
        Normalizer.BINNING: [0, 1 / 3, 2 / 3, 1],
        Normalizer.NONE: values,
    }
    np.testing.assert_allclose(found, expected[normalizer])


def test_bins_hold_equally_many_values() -> None:
    chance = np.random.default_rng(0)
    values = np.exp(chance.normal(size=20_000) * 4)
    model: Any = train(
        two_class_neural_network(iterations=1, normalizer=Normalizer.BINNING, hidden_nodes=1),
        table({"x": values, "y": chance.integers(0, 2, 20_000)}),
    )
    outside = table({"x": [*np.sort(values), -1e9, 1e300, None]})
    found = model.encoder.matrix(outside)[:, 0]
    assert (np.diff(found[:20_000]) >= 0).all()
    _, counts = np.unique(found[:20_000], return_counts=True)
    assert len(counts) == 1024 or len(counts) == 1025
    assert set(counts[:-1]) <= {19, 20}
    assert found[-3:-1].tolist() == [0, 1]
    assert np.isnan(found[-1])


def test_shuffling_depends_on_the_seed() -> None:
    matrix, target = two_class(80)
    data = table({**named(matrix), "y": target})
    found = [
        column(scored(two_class_neural_network(iterations=2, seed=seed), data), "Scored Probabilities").tolist()
        for seed in (None, 0, 1)
    ]
    assert found[0] == found[1] != found[2]


def test_only_the_relation_of_weights_counts() -> None:
    matrix, target = two_class(80)
    weights = np.linspace(0.2, 3, 80)
    results = [
        scored(
            two_class_neural_network(iterations=3),
            table({**named(matrix), "w": weights * size, "y": target}, w=Role.WEIGHT),
        )
        for size in (1.0, 1024.0)
    ]
    first, second = (column(result, "Scored Probabilities") for result in results)
    np.testing.assert_allclose(first, second, rtol=1e-6)
    plain = scored(two_class_neural_network(iterations=3), table({**named(matrix), "y": target}))
    assert np.abs(first - column(plain, "Scored Probabilities")).max() > 1e-4


def test_rows_are_scored_in_blocks() -> None:
    matrix, target = two_class(50)
    model = train(two_class_neural_network(iterations=2, hidden_nodes=3), table({**named(matrix), "y": target}))
    many = np.tile(matrix, (800, 1))
    found = column(score_model(model, table(named(many))), "Scored Probabilities")
    once = column(score_model(model, table(named(matrix))), "Scored Probabilities")
    np.testing.assert_allclose(found, np.tile(once, 800), rtol=1e-12)


def test_weights_without_bound_are_told() -> None:
    # Nothing bounds the outputs of layers without a function but the labels.
    learner = two_class_neural_network(
        hidden_layers=HiddenLayers.CUSTOM,
        definition="input D auto; hidden H [50] linear from D all; hidden G [50] linear from H all; output R [1] from G all;",
        normalizer=Normalizer.NONE, learning_rate=1.0, momentum=1.0,
    )  # fmt: skip
    data = table({"x": [1e150, -1e150, 2e149, 5.0] * 5, "y": [0, 1, 1, 0] * 5})
    error = code_of(lambda: train(learner, data))
    assert error.code == "0083"
    assert "diverged" in str(error)


_CUSTOM = """
const { A = 20; B = 3; }    // sizes
input Data auto;
/* the first
   layer */
hidden First [A] rlinear from Data all;
hidden Second [2, B] rlinear from First all;
output Result [2] softmax from Second all;
"""


def test_layers_of_a_definition() -> None:
    data = table({**named(two_class(60)[0]), "y": two_class(60)[1]})
    learner = two_class_neural_network(hidden_layers=HiddenLayers.CUSTOM, definition=_CUSTOM, iterations=2)
    learned = train(learner, data).describe()["learned"]
    assert learned == {"nodes of each layer": [4, 20, 6, 1], "activation": "relu", "output": "logistic"}


@pytest.mark.parametrize(
    ("text", "sizes", "activation"),
    [
        ("input D; output R from D all;", (), "logistic"),
        ("input D [3]; hidden H [9] from D all; output R [2] from H all", (9,), "logistic"),
        ("input D auto; hidden H auto tanh from D all; output R auto sigmoid from H all;", (100,), "tanh"),
        ("const N = 4; input D 7; hidden H [N, N] linear from D all; output R [1] from H all;", (16,), "identity"),
    ],
)
def test_definitions_that_are_read(text: str, sizes: tuple[int, ...], activation: str) -> None:
    found = read(text, 100)
    assert (found.sizes, found.activation) == (sizes, activation)


_WORDS = st.sampled_from(
    ["input", "hidden", "output", "const", "from", "all", "auto", "D", "H", "[", "]", "{", "}", "5", ",", ";", "=", "tanh",
     "//", "/*", "*/", "\n", "größe"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=40).map(" ".join)))
@settings(deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        layers = read(text, 100)
    except BottegaError as error:
        refused = error.code
    else:
        refused = "usage" if all(size > 0 for size in layers.sizes) else "no size"
    assert refused == "usage"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "one input"),
        ("input D auto; hidden H [5] from D all;", "one input"),
        ("input D auto; hidden H [5] from E all; output R from H all;", "“from D all”"),
        ("input D auto; hidden H [5] from D convolve { KernelShape = [2]; } output R from H all;", "none of what"),
        ("input D auto; hidden H [5] softsign from D all; output R from H all;", "softsign"),
        ("input D auto; hidden H [5] tanh from D all; hidden G [5] from H all; output R from G all;", "different"),
        ("input D auto; hidden H [M] from D all; output R from H all;", "“M”"),
        ("input D auto; hidden H [0] from D all; output R from H all;", "0 nodes"),
        ("input D auto; hidden H [99999, 99999] from D all; output R from H all;", "nodes"),
        ("input D auto; hidden H [5] from D all; output R magic from H all;", "magic"),
        ("input D auto tanh; output R from D all;", "an input has"),
        ("größe!", "größe"),
    ],
)
def test_definitions_that_cannot_be_followed(text: str, words: str) -> None:
    data: Table = table({"x": [1.0, 2.0], "y": [0, 1]})
    for learner in (two_class_neural_network, multiclass_neural_network):
        error = code_of(
            lambda learner=learner: train(learner(hidden_layers=HiddenLayers.CUSTOM, definition=text), data)  # type: ignore[misc]
        )
        assert error.code == "usage"
        assert words in str(error)
