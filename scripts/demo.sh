#!/usr/bin/env bash
# The main job: an experiment of modules and scripts, then single scripts over real data, all in the jail.
set -euo pipefail
bottega=$1/bottega
python=$1/python
mkdir -p demo
workspace=(--workspace demo/workspace)

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

say "1. An experiment: clean with pandas, join by SQL, train, evaluate"
"$bottega" run examples/income.yaml "${workspace[@]}"

say "2. Again: nothing has changed, so nothing runs"
"$bottega" run examples/income.yaml "${workspace[@]}"

say "3. With one parameter changed, and the metrics written to a file"
"$bottega" why examples/income.yaml train "${workspace[@]}"
"$bottega" run examples/income.yaml "${workspace[@]}" --to evaluate --set clean.mode="Remove entire row" --output evaluate=demo/metrics.csv
"$bottega" show examples/income.yaml evaluate "${workspace[@]}" --no-profile

say "4. A script over real data: which measurements tell most about a tumour?"
"$bottega" script examples/breast_cancer.py --out demo/patients.csv
"$python" -m zipfile -c demo/helpers.zip examples/hello_bundle/Hello.py
"$bottega" script examples/rank_features.py --dataset1 demo/patients.csv --bundle demo/helpers.zip --out demo/ranked.parquet --device demo/device

say "5. A model passed from one script to the next, as an experiment"
"$bottega" run examples/pass_a_model.yaml "${workspace[@]}" --output score=demo/scored.csv

say "Done. demo/metrics.csv, demo/ranked.parquet and demo/scored.csv are tables; the picture is in demo/device."
echo "The catalogue:      $bottega modules"
echo "Your own script:    $bottega script SCRIPT.py --dataset1 YOUR.csv --out RESULT.csv"
echo "Your own experiment: copy examples/income.yaml, change it, then $bottega check FILE.yaml and $bottega run FILE.yaml"
