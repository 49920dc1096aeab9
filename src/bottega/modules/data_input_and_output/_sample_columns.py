"""The columns of the samples, for those who only want to know them: loading one takes scikit-learn in."""

from __future__ import annotations

from functools import cache

from bottega.dataset.table import Column
from bottega.dataset.types import ColumnType, Kind, Role

_CELL = (
    "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points", "symmetry",
    "fractal dimension",
)  # fmt: skip
_WINE = (
    "alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols", "flavanoids", "nonflavanoid_phenols",
    "proanthocyanins", "color_intensity", "hue", "od280/od315_of_diluted_wines", "proline",
)  # fmt: skip
_PATIENT = ("bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")


@cache
def columns(name: str) -> tuple[Column, ...] | None:
    """The columns of the sample of that name; None where there is none."""
    match name:
        case "breast-cancer":
            measures = [*(f"mean {each}" for each in _CELL), *(f"{each} error" for each in _CELL)]
            return (*_doubles(*measures, *(f"worst {each}" for each in _CELL)), _label("diagnosis", Kind.STRING))
        case "diabetes":
            sex = Column("sex", ColumnType(Kind.INTEGER, categorical=True), Role.FEATURE)
            return (*_doubles("age"), sex, *_doubles(*_PATIENT), _label("progression", Kind.DOUBLE))
        case "digits":
            pixels = [f"pixel_{row}_{column}" for row in range(8) for column in range(8)]
            counts = [Column(each, ColumnType(Kind.INTEGER), Role.FEATURE) for each in pixels]
            return (*counts, _label("digit", Kind.INTEGER))
        case "iris":
            sizes = [f"{part} {size} (cm)" for part in ("sepal", "petal") for size in ("length", "width")]
            return (*_doubles(*sizes), _label("species", Kind.STRING))
        case "linnerud":
            return _doubles("Chins", "Situps", "Jumps", "Weight", "Waist", "Pulse")
        case "wine":
            return (*_doubles(*_WINE), _label("cultivar", Kind.STRING))
        case _:
            return None


def _doubles(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, ColumnType(Kind.DOUBLE), Role.FEATURE) for name in names)


def _label(name: str, kind: Kind) -> Column:
    return Column(name, ColumnType(kind), Role.LABEL)
