"""What scikit-learn has no more."""

from __future__ import annotations

from .gone import Gone, entries

_MODULES = """
cross_validation | 0.20 | from sklearn.model_selection import ... | sklearn.model_selection
grid_search | 0.20 | from sklearn.model_selection import GridSearchCV | sklearn.model_selection
learning_curve | 0.20 | from sklearn.model_selection import learning_curve | sklearn.model_selection
lda | 0.19 | from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
qda | 0.19 | from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
pls | 0.16 | from sklearn.cross_decomposition import ... | sklearn.cross_decomposition
externals.joblib | 0.23 | import joblib | joblib
externals.six | 0.23 | Python's own names, or the package six | six
externals.funcsigs | 0.23 | from inspect import signature | inspect
utils.testing | 0.24 | from numpy.testing import ... | numpy.testing
utils.linear_assignment_ | 0.23 | from scipy.optimize import linear_sum_assignment
metrics.scorer | 0.24 | from sklearn.metrics import ... | sklearn.metrics
metrics.classification | 0.24 | from sklearn.metrics import ... | sklearn.metrics
metrics.regression | 0.24 | from sklearn.metrics import ... | sklearn.metrics
metrics.ranking | 0.24 | from sklearn.metrics import ... | sklearn.metrics
metrics.metrics | 0.18 | from sklearn.metrics import ... | sklearn.metrics
datasets.samples_generator | 0.24 | from sklearn.datasets import ... | sklearn.datasets
datasets.base | 0.24 | from sklearn.datasets import ... | sklearn.datasets
datasets.mldata | 0.24 | from sklearn.datasets import fetch_openml | sklearn.datasets
preprocessing.data | 0.24 | from sklearn.preprocessing import ... | sklearn.preprocessing
preprocessing.label | 0.24 | from sklearn.preprocessing import ... | sklearn.preprocessing
preprocessing.imputation | 0.22 | from sklearn.impute import SimpleImputer | sklearn.impute
ensemble.forest | 0.24 | from sklearn.ensemble import ... | sklearn.ensemble
ensemble.bagging | 0.24 | from sklearn.ensemble import ... | sklearn.ensemble
ensemble.gradient_boosting | 0.24 | from sklearn.ensemble import ... | sklearn.ensemble
ensemble.weight_boosting | 0.24 | from sklearn.ensemble import ... | sklearn.ensemble
ensemble.iforest | 0.24 | from sklearn.ensemble import IsolationForest | sklearn.ensemble
ensemble.voting_classifier | 0.24 | from sklearn.ensemble import VotingClassifier | sklearn.ensemble
ensemble.partial_dependence | 0.24 | from sklearn.inspection import ... | sklearn.inspection
tree.tree | 0.24 | from sklearn.tree import ... | sklearn.tree
tree.export | 0.24 | from sklearn.tree import export_graphviz | sklearn.tree
linear_model.base | 0.24 | from sklearn.linear_model import ... | sklearn.linear_model
linear_model.logistic | 0.24 | from sklearn.linear_model import ... | sklearn.linear_model
linear_model.ridge | 0.24 | from sklearn.linear_model import ... | sklearn.linear_model
linear_model.coordinate_descent | 0.24 | from sklearn.linear_model import ... | sklearn.linear_model
linear_model.stochastic_gradient | 0.24 | from sklearn.linear_model import ... | sklearn.linear_model
linear_model.least_angle | 0.24 | from sklearn.linear_model import ... | sklearn.linear_model
svm.classes | 0.24 | from sklearn.svm import ... | sklearn.svm
svm.base | 0.24 | from sklearn.svm import ... | sklearn.svm
svm.liblinear | 0.24 | from sklearn.svm import LinearSVC | sklearn.svm
svm.libsvm | 0.24 | from sklearn.svm import SVC | sklearn.svm
neighbors.classification | 0.24 | from sklearn.neighbors import ... | sklearn.neighbors
neighbors.regression | 0.24 | from sklearn.neighbors import ... | sklearn.neighbors
neighbors.base | 0.24 | from sklearn.neighbors import ... | sklearn.neighbors
neighbors.kde | 0.24 | from sklearn.neighbors import KernelDensity | sklearn.neighbors
cluster.k_means_ | 0.24 | from sklearn.cluster import KMeans | sklearn.cluster
cluster.hierarchical | 0.24 | from sklearn.cluster import AgglomerativeClustering | sklearn.cluster
cluster.dbscan_ | 0.24 | from sklearn.cluster import DBSCAN | sklearn.cluster
cluster.bicluster | 0.24 | from sklearn.cluster import SpectralBiclustering | sklearn.cluster
decomposition.pca | 0.24 | from sklearn.decomposition import PCA | sklearn.decomposition
decomposition.nmf | 0.24 | from sklearn.decomposition import NMF | sklearn.decomposition
decomposition.truncated_svd | 0.24 | from sklearn.decomposition import TruncatedSVD | sklearn.decomposition
decomposition.online_lda | 0.24 | from sklearn.decomposition import LatentDirichletAllocation | sklearn.decomposition
manifold.t_sne | 0.24 | from sklearn.manifold import TSNE | sklearn.manifold
mixture.gmm | 0.20 | from sklearn.mixture import GaussianMixture | sklearn.mixture
mixture.gaussian_mixture | 0.24 | from sklearn.mixture import GaussianMixture | sklearn.mixture
neural_network.multilayer_perceptron | 0.24 | from sklearn.neural_network import ... | sklearn.neural_network
neural_network.rbm | 0.24 | from sklearn.neural_network import BernoulliRBM | sklearn.neural_network
cross_decomposition.pls_ | 0.24 | from sklearn.cross_decomposition import ... | sklearn.cross_decomposition
feature_selection.univariate_selection | 0.24 | from sklearn.feature_selection import ... | sklearn.feature_selection
feature_selection.rfe | 0.24 | from sklearn.feature_selection import RFE | sklearn.feature_selection
feature_selection.from_model | 0.24 | from sklearn.feature_selection import SelectFromModel | sklearn.feature_selection
gaussian_process.gpr | 0.24 | from sklearn.gaussian_process import ... | sklearn.gaussian_process
hmm | 0.17 | the package hmmlearn | -
"""

_FUNCTIONS = """
mixture.GMM | 0.20 | sklearn.mixture.GaussianMixture
preprocessing.Imputer | 0.22 | sklearn.impute.SimpleImputer
decomposition.RandomizedPCA | 0.20 | PCA(svd_solver='randomized')
datasets.load_boston | 1.2 | another data set, such as fetch_california_housing | -
datasets.fetch_mldata | 0.22 | fetch_openml, where a network is allowed | -
linear_model.RandomizedLasso | 0.21 | feature_selection with another estimator | -
linear_model.RandomizedLogisticRegression | 0.21 | feature_selection with another estimator | -
mixture.DPGMM | 0.20 | sklearn.mixture.BayesianGaussianMixture | -
mixture.VBGMM | 0.20 | sklearn.mixture.BayesianGaussianMixture | -
neighbors.LSHForest | 0.21 | sklearn.neighbors.NearestNeighbors | -
gaussian_process.GaussianProcess | 0.20 | sklearn.gaussian_process.GaussianProcessRegressor | -
metrics.jaccard_similarity_score | 0.23 | accuracy_score, or jaccard_score
metrics.calinski_harabaz_score | 0.23 | sklearn.metrics.calinski_harabasz_score | sklearn.metrics.calinski_harabasz_score
metrics.auc_score | 0.16 | sklearn.metrics.roc_auc_score | sklearn.metrics.roc_auc_score
metrics.plot_confusion_matrix | 1.2 | ConfusionMatrixDisplay.from_estimator
metrics.plot_roc_curve | 1.2 | RocCurveDisplay.from_estimator
metrics.plot_precision_recall_curve | 1.2 | PrecisionRecallDisplay.from_estimator
inspection.plot_partial_dependence | 1.2 | PartialDependenceDisplay.from_estimator
utils.safe_indexing | 0.24 | .iloc[rows] or [rows]
"""

_METHODS = """
feature_extraction.text.CountVectorizer.get_feature_names | 1.2 | .get_feature_names_out() | .get_feature_names_out
feature_extraction.DictVectorizer.get_feature_names | 1.2 | .get_feature_names_out() | .get_feature_names_out
preprocessing.PolynomialFeatures.get_feature_names | 1.2 | .get_feature_names_out() | .get_feature_names_out
preprocessing.OneHotEncoder.get_feature_names | 1.2 | .get_feature_names_out() | .get_feature_names_out
"""

_PROPERTIES = """
tree.DecisionTreeClassifier.n_features_ | 1.2 | .n_features_in_ | .n_features_in_
ensemble.RandomForestClassifier.n_features_ | 1.2 | .n_features_in_ | .n_features_in_
ensemble.GradientBoostingClassifier.n_features_ | 1.2 | .n_features_in_ | .n_features_in_
ensemble.BaggingClassifier.n_features_ | 1.2 | .n_features_in_ | .n_features_in_
preprocessing.PolynomialFeatures.n_input_features_ | 1.2 | .n_features_in_ | .n_features_in_
"""

_ARGUMENTS = """
LinearRegression.normalize | 1.2 | StandardScaler in a pipeline
LogisticRegression.multi_class | 1.8 | OneVsRestClassifier for 'ovr'
LogisticRegression.penalty | 0.22 | solver='liblinear' with penalty='l1'
SGDClassifier.n_iter | 0.21 | max_iter=..., tol=None
SGDClassifier.loss | 1.3 | 'log_loss'
GradientBoostingClassifier.loss | 1.3 | 'log_loss', 'squared_error' or 'absolute_error'
RandomForestClassifier.max_features | 1.3 | 'sqrt' for classes, 1.0 for numbers
RandomForestClassifier.criterion | 1.2 | 'squared_error' or 'absolute_error'
RandomForestClassifier.min_impurity_split | 1.0 | min_impurity_decrease=...
DecisionTreeClassifier.presort | 0.24 | nothing in its place
DecisionTreeClassifier.min_samples_split | 0.18 | at least 2
AdaBoostClassifier.base_estimator | 1.4 | estimator=... | estimator
AdaBoostClassifier.algorithm | 1.8 | nothing in its place
AgglomerativeClustering.affinity | 1.4 | metric=... | metric
OneHotEncoder.sparse | 1.4 | sparse_output=... | sparse_output
OneHotEncoder.n_values | 0.22 | categories=...
OneHotEncoder.categorical_features | 0.22 | ColumnTransformer
KMeans.n_jobs | 1.0 | nothing in its place
KMeans.precompute_distances | 1.0 | nothing in its place
KMeans.algorithm | 1.3 | 'lloyd'
SVC.gamma | 0.22 | 'auto' or 'scale'
KFold.random_state | 0.24 | shuffle=True with it, or neither
OneClassSVM.random_state | 0.24 | nothing in its place
IsolationForest.behaviour | 0.24 | nothing in its place
LatentDirichletAllocation.n_topics | 0.21 | n_components=... | n_components
NMF.alpha | 1.2 | alpha_W=... and alpha_H=..., divided by the columns and rows
GridSearchCV.iid | 0.24 | nothing in its place
GridSearchCV.scoring | 0.20 | the name with neg_ before it
LinearSVC.loss | 1.0 | 'hinge' or 'squared_hinge'
TSNE.n_iter | 1.7 | max_iter=... | max_iter
mean_squared_error.squared | 1.6 | root_mean_squared_error
auc.reorder | 0.22 | sorting before
"""

_MEANINGS = """
fit | 1.0 | each argument by its name
predict | 0.19 | values.reshape(1, -1) for one row, values.reshape(-1, 1) for one column
"""

SKLEARN: tuple[Gone, ...] = (
    *entries("sklearn", "module", _MODULES),
    *entries("sklearn", "function", _FUNCTIONS),
    *entries("sklearn", "method", _METHODS),
    *entries("sklearn", "property", _PROPERTIES),
    *entries("sklearn", "argument", _ARGUMENTS),
    *entries("sklearn", "meaning", _MEANINGS),
)
