"""How good a clustering is, from the distances between rows and centres alone."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from bottega.modules.machine_learning._clusters import Array, Metric, distances


class Quality(StrEnum):
    """Measures of a clustering; of the first and third more is better, of the others less."""

    SILHOUETTE = "Simplified Silhouette"
    DAVIES_BOULDIN = "Davies-Bouldin"
    DUNN = "Dunn"
    DEVIATION = "Average Deviation"

    @property
    def more_is_better(self) -> bool:
        """Whether the largest is the best."""
        return self in {Quality.SILHOUETTE, Quality.DUNN}

    def of(self, found: Array, centres: Array, metric: Metric) -> float | None:
        """Of rows' distances from centres (rows x clusters); None where it is not defined, as for one cluster with rows."""
        nearest = found.argmin(axis=1)
        own = found[np.arange(len(found)), nearest]
        if self is Quality.DEVIATION:
            return float(own.mean()) if len(own) else None
        used = np.unique(nearest)
        if len(used) < 2:
            return None
        if self is Quality.SILHOUETTE:
            return _silhouette(found[:, used], own)
        apart = distances(centres[used], centres[used], metric)
        np.fill_diagonal(apart, np.inf)
        if self is Quality.DUNN:
            widest = float(own.max())
            return float(apart.min()) / widest if widest else None
        inside = np.array([own[nearest == cluster].mean() for cluster in used])
        with np.errstate(divide="ignore", invalid="ignore"):
            worst = ((inside[:, None] + inside) / apart).max(axis=1)
        return float(worst.mean()) if np.isfinite(worst).all() else None


def _silhouette(found: Array, own: Array) -> float:
    """The mean of (b - a) / max(a, b), a being the distance from the own centre and b from the next."""
    nearer, further = np.partition(found, 1, axis=1)[:, :2].T
    larger = np.maximum(nearer, further)
    shares = np.divide(further - own, larger, out=np.zeros_like(own), where=larger > 0)
    return float(shares.mean())
