"""What matplotlib and seaborn have no more; and the old client of Azure's blob storage."""

from __future__ import annotations

from .gone import Gone, entries

_METHODS = """
axes.Axes.hold | 3.0 | nothing: what is drawn stays
axes.Axes.ishold | 3.0 | nothing: what is drawn stays
axes.Axes.set_axis_bgcolor | 2.2 | .set_facecolor(colour) | .set_facecolor
axes.Axes.get_axis_bgcolor | 2.2 | .get_facecolor() | .get_facecolor
axes.Axes.set_color_cycle | 2.2 | .set_prop_cycle(color=colours)
figure.Figure.hold | 3.0 | nothing: what is drawn stays
"""

_FUNCTIONS = """
pyplot.hold | 3.0 | nothing: what is drawn stays
pyplot.ishold | 3.0 | nothing: what is drawn stays
pyplot.spectral | 2.2 | plt.nipy_spectral() | matplotlib.pyplot.nipy_spectral
cm.get_cmap | 3.9 | matplotlib.colormaps[name]
cm.register_cmap | 3.9 | matplotlib.colormaps.register
cm.spectral | 2.2 | plt.cm.nipy_spectral | matplotlib.cm.nipy_spectral
cm.Vega10 | 3.0 | plt.cm.tab10 | matplotlib.cm.tab10
cm.Vega20 | 3.0 | plt.cm.tab20 | matplotlib.cm.tab20
mlab.normpdf | 3.1 | scipy.stats.norm.pdf(x, mean, deviation) | scipy.stats.norm.pdf
mlab.bivariate_normal | 3.1 | scipy.stats.multivariate_normal
mlab.PCA | 3.1 | sklearn.decomposition.PCA
mlab.csv2rec | 3.1 | pd.read_csv(path).to_records(index=False)
mlab.griddata | 3.1 | scipy.interpolate.griddata
mlab.find | 3.1 | numpy.flatnonzero | numpy.flatnonzero
mlab.prctile | 3.1 | numpy.percentile | numpy.percentile
mlab.movavg | 3.1 | numpy.convolve(x, numpy.ones(n) / n, 'valid')
mlab.rms_flat | 3.1 | numpy.sqrt((values ** 2).mean())
mlab.frange | 3.1 | numpy.arange
mlab.entropy | 3.1 | scipy.stats.entropy
cbook.iterable | 3.3 | numpy.iterable | numpy.iterable
cbook.is_string_like | 3.0 | isinstance(value, str)
"""

_MODULES = """
finance | 2.2 | the package mplfinance | -
delaunay | 2.2 | matplotlib.tri
"""

_ARGUMENTS = """
pyplot.hist.normed | 3.1 | density=... | density
pyplot.subplot.axisbg | 2.2 | facecolor=... | facecolor
pyplot.plot.hold | 3.0 | nothing: what is drawn stays
pyplot.grid.b | 3.5 | visible=... | visible
pyplot.boxplot.labels | 3.11 | tick_labels=... | tick_labels
pyplot.bar.left | 3.0 | x=... | x
pyplot.barh.bottom | 3.0 | y=... | y
pyplot.savefig.frameon | 3.1 | facecolor='none'
pyplot.savefig.papertype | 3.5 | nothing in its place
pyplot.gca.projection | 3.7 | fig.add_subplot(projection=...)
pyplot.tick_params.labelbottom | 3.0 | True or False in place of 'on' or 'off'
"""

_MEANINGS = """
style.use | 3.8 | the name of today: 'seaborn-v0_8'
rcParams.axes.color_cycle | 2.0 | rcParams['axes.prop_cycle'] = cycler(color=colours)
"""

_SEABORN = """
factorplot | 0.13 | seaborn.catplot(kind='point')
distplot | 0.14 | seaborn.histplot(kde=True)
tsplot | 0.10 | seaborn.lineplot | -
corrplot | 0.8 | seaborn.heatmap(frame.corr())
plt | 0.8 | import matplotlib.pyplot as plt | matplotlib.pyplot
"""

MATPLOTLIB: tuple[Gone, ...] = (
    *entries("matplotlib", "method", _METHODS),
    *entries("matplotlib", "function", _FUNCTIONS),
    *entries("matplotlib", "module", _MODULES),
    *entries("matplotlib", "argument", _ARGUMENTS),
    *entries("matplotlib", "meaning", _MEANINGS),
    *entries("seaborn", "function", _SEABORN),
    Gone("seaborn", "lmplot.size", "argument", "0.9", "height=...", "height"),
    Gone("seaborn", "jointplot.stat_func", "argument", "0.11", "nothing in its place: scipy.stats.pearsonr gives the number"),
    Gone("seaborn", "barplot.x", "positional", "0.12", "barplot(x='a', y='b', data=frame)"),
    Gone("azure", "storage.blob.BlockBlobService", "function", "12.0",
         "azure.storage.blob.BlobServiceClient, or use the environment classic", None, restored=False),
    Gone("azure", "storage.BlobService", "function", "0.30",
         "azure.storage.blob.BlobServiceClient, or use the environment classic", None, restored=False),
)  # fmt: skip
