#!/usr/bin/env bash
# The main job over real data: scikit-learn's breast-cancer measurements, ranked by an ensemble, in the jail.
set -euo pipefail
bottega=$1/bottega
python=$1/python
mkdir -p demo

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

say "1. Real data, made by a script without inputs"
"$bottega" script examples/breast_cancer.py --out demo/patients.csv

say "2. Which measurements tell most about the tumour?"
"$python" -m zipfile -c demo/helpers.zip examples/hello_bundle/Hello.py
"$bottega" script examples/rank_features.py --dataset1 demo/patients.csv --bundle demo/helpers.zip --out demo/ranked.parquet --device demo/device

say "3. A model passed from one script to the next"
"$bottega" script examples/fit_model.py --dataset1 demo/patients.csv --files demo/model.zip
"$bottega" script examples/score_model.py --dataset1 demo/patients.csv --bundle demo/model.zip --out demo/scored.csv

say "Done. The ranked table is demo/ranked.parquet, the picture and the printed text are in demo/device."
echo "Now your own:  $bottega script SCRIPT.py --dataset1 YOUR.csv --out RESULT.csv"
echo "Milliseconds instead of a second a run:  $bottega pool start"
