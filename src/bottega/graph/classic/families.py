"""The ids that classic's graphs know modules by (clients.md 4.2)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from bottega.sdk import catalogue

GLOBAL = "506153734175476c4f62416c57734963"  # the workspace of what everybody has
BATCH = "v1-default-1751"
UNKNOWN = "unknown-"  # before the whole id of a module that nobody here knows
_MISSING = "missing-module"
_TITLES = """
Execute Python Script cdb56f957f4c404dbde75bb972e6f232
Execute R Script 30806023392b42e094d66b775a6e0fd5
Import Data 4e1b0fe6aded4b3fa36f39b8862b9004
Export Data 7a391181b6a74ad4b82de419c0d6522c
Enter Data Manually 4fbef0ab2c8e4a25b5c47be76eac33d6
Split Data 70530644c97a4ab685f788bf30a8be5f
Train Model 5cc7053eaa30450d96c0dae4be720977
Score Model 401b4f92e7244d5abe81d5b0ff9bdb33
Evaluate Model 927d65ac3b504694990320f6c1672089
Cross-Validate Model 75fb875d6b864d468bcc74261ade5826
Tune Model Hyperparameters 038d91b6c2f242a192151f2c20ed1b40
Permutation Feature Importance 2e010ee4714e44e9933e62d8c41818a9
Select Columns in Dataset 1ec722fab6234e26a44ea50c6d726223
Select Columns Transform aa517da1497843ed960ff26cf55bfa95
Edit Metadata 370b6676c11c486fbf7335349f842a66
Clean Missing Data d2c5ca2f732341a39b7eda917c99f0c4
Normalize Data 986df33367484b85923d871df70d6aaf
Apply Transformation 805e592d0f1f48eb97c9688ed0c1dc70
Join Data 124865f7e9014656adacf4cb08248099
Add Columns 5714a225befd438a9bb5f6fdc50a4efb
Add Rows b2ebdabd217d491586cc5b05972f7270
Remove Duplicate Rows 02016f47e4c34a069ae516c747389e34
Partition and Sample a8726e341b3e4515b59a3e4a475654b8
Group Data into Bins 08550dd9c5d34538818896a9024ed92d
SMOTE 9f3fe1c4520e49aca1522e104169912a
Convert to Indicator Values 6ea59c36f283410eb34cedfabfac39b0
Convert to CSV faa6ba63383c4086ba587abf26b85814
Convert to TSV 1cdbcda42ece49088b87e6b636258d3d
Convert to Dataset 72bf58e0fc874bb19704f1805003b975
Filter Based Feature Selection 818b356b045c412baa1294a1d2dad90f
Feature Hashing c9a826602d9c411d81224d9e0b3ce92a
Preprocess Text bf9e794a9e2b4662902a0e73b255c135
Extract N-Gram Features from Text a8a662d089bb48c985629b9589124c4a
Latent Dirichlet Allocation 1aec5388415d4f7cb33fc9e9f4c0ce56
Two-Class Logistic Regression b0fd7660eeed43c5948720d9cc79ed5d
Two-Class Boosted Decision Tree e3c522f853d948298ea45c6a6b75330c
Two-Class Decision Forest 5a7d5466992840c8a19cd5de4882c77e
Two-Class Neural Network ebc29f52719d4d0fb66a2ce85f527c7d
Two-Class Support Vector Machine 12d8479b74b44e67b8ded32867380e20
Two-Class Averaged Perceptron 5ed44caa5360407dae6c7a88c491474a
Multiclass Logistic Regression 1d195fe598cd4e1aa1c8076aaa3e02c3
Multiclass Decision Forest 5e70108d2e4445d986e894f37c68fe86
Multiclass Neural Network e8b401fb230a4b21bd11d1fda0d57c1f
One-vs-All Multiclass 7191efaeb4b14d03a6f87205f87be664
Linear Regression 31960a6f789b4cf788d62e1152c0bd1a
Boosted Decision Tree Regression 0207d2526c414c7784c373bdf1ac5960
Decision Forest Regression 562988b2e7404e3a8131358391bad755
Neural Network Regression d7ee222c669f4200a576a761a9c1a928
Poisson Regression 80e21b9d382740d8b733b53148becbc2
Bayesian Linear Regression ee12de502b344145aec023e0485da308
Fast Forest Quantile Regression b9064dc32d694e06b3076cebf324686a
K-Means Clustering 5049a09bbd904c4e9b467c87e3a36810
Train Clustering Model bb43c744f7fa41d0ae6774ae75da3ffd
Assign Data to Clusters 20a0683a07f94a08a89b44b3bbaae382
PCA-Based Anomaly Detection c3822fa510954c72bd1efd43d285153a
Train Anomaly Detection Model d6acbacea72d44b99878869115e02458
"""


@dataclass(frozen=True)
class Family:
    """A module through all its versions: 32 hexadecimal digits, and its title."""

    id: str
    title: str


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower())


def _families() -> dict[str, Family]:
    told = (line.rpartition(" ") for line in _TITLES.split("\n") if line)
    return {_slug(title): Family(family, title) for title, _, family in told}


FAMILIES: Mapping[str, Family] = MappingProxyType(_families())
_SLUGS = {family.id: slug for slug, family in FAMILIES.items()}


def family_id(slug: str) -> str:
    """Classic's family of a module, or a made-up one of the same form for a module that classic never had."""
    known = FAMILIES.get(slug)
    return known.id if known else hashlib.blake2b(slug.encode(), digest_size=16, person=b"bottega module").hexdigest()


def module_id(slug: str) -> str:
    """The id in graphs of a module, also of one that came in as unknown."""
    return slug.removeprefix(UNKNOWN) if slug.startswith(UNKNOWN) else f"{GLOBAL}.{family_id(slug)}.{BATCH}"


def slug_of(module_id: str) -> str | None:
    """The module of an id, whatever its workspace and version; None for one that is known neither to classic nor here."""
    parts = module_id.split(".")
    if len(parts) != 3:
        return None
    family = parts[1].lower()
    return _SLUGS.get(family) or _made_up(tuple(catalogue.names())).get(family)


@cache
def _made_up(slugs: tuple[str, ...]) -> Mapping[str, str]:
    return {family_id(slug): slug for slug in slugs}


def nameless(module: str) -> str:
    """An id that tells the name of a module which nobody knows, so that nothing is lost."""
    return f"{GLOBAL}.{module.encode().hex()}.{_MISSING}"


def module_of(module_id: str) -> str:
    """What a document calls the module of an id: its slug, or else the whole id after `unknown-`."""
    workspace, _, rest = module_id.partition(".")
    if workspace == GLOBAL and rest.endswith(f".{_MISSING}"):
        try:
            return bytes.fromhex(rest.removesuffix(f".{_MISSING}")).decode()
        except ValueError:
            pass
    return slug_of(module_id) or f"{UNKNOWN}{module_id}"
