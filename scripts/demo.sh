#!/usr/bin/env bash
# The main job: an experiment of modules and scripts, single scripts over real data, and web services that answer calls, all in the jail.
set -euo pipefail
bottega=$1/bottega
python=$1/python
mkdir -p demo
workspace=(--workspace demo/workspace)
server=

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

# However this ends, the server ends with it, in order.
stop() {
    [ -n "$server" ] || return 0
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" || true
    server=
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Any free port, so that nothing can be in the way of it.
serve() {
    : >demo/server.txt
    "$bottega" serve "${workspace[@]}" --port 0 --log errors >>demo/server.txt 2>demo/server.log &
    server=$!
    until grep -q '^its tokens' demo/server.txt; do
        if ! kill -0 "$server" 2>/dev/null; then
            server=
            cat demo/server.log >&2
            grep -q 'Another server has' demo/server.log && return # then that one answers
            exit 1
        fi
        sleep 0.1
    done
    cat demo/server.txt
}

field() { "$python" -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

# Call a service with a table. The key goes by standard input: arguments are seen by everybody on the machine.
call() {
    local keys url key
    keys=$("$bottega" service endpoint keys "$1" "${workspace[@]}" --json)
    url="$(field api_location <<<"$keys")/execute?api-version=2.0&details=true"
    key=$(field primary_key <<<"$keys")
    echo "POST $url"
    echo "$2"
    echo
    if command -v curl >/dev/null; then
        curl -sS --fail-with-body --noproxy '*' --config - --data-binary "$2" "$url" <<<"header = \"Authorization: Bearer $key\""
    else
        "$python" -c '
import sys, urllib.request
url, body = sys.argv[1:]
asked = urllib.request.Request(url, body.encode(), {"Authorization": f"Bearer {sys.stdin.readline().strip()}"})
with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked) as answer:
    sys.stdout.write(answer.read().decode())
' "$url" "$2" <<<"$key"
    fi
    echo
}

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

if command -v R >/dev/null; then
    say "   And one that ends in R"
    "$bottega" run examples/income_r.yaml "${workspace[@]}" --output sectors=demo/sectors.csv
fi

say "6. Web services: the studio server over the same workspace"
serve

say "7. A script as a web service: whatever expression a caller sends runs in the jail"
"$bottega" service publish examples/evaluate_expression.yaml "${workspace[@]}" --name expressions
call expressions '{"Inputs": {"input1": {"ColumnNames": ["expression"], "Values": [["6 * 7"], ["math.factorial(20)"]]}}}'

say "8. A trained model as a web service: the training is gone, what was learned stays"
"$bottega" service publish examples/income.yaml "${workspace[@]}" --name income
call income '{"Inputs": {"input1": {"ColumnNames": ["id", "age", "education", "sector", "hours", "region", "income"],
  "Values": [[1, 43, "doctorate", " Farming", null, "Coast", null], [2, 19, "school", "services", 20, "South", null]]}}}'

say "9. The same service over a whole file, as a batch job"
"$bottega" service batch income examples/data/people.csv -o demo/people_scored.csv "${workspace[@]}"
head -n 3 demo/people_scored.csv
stop

say "Done. demo/metrics.csv, demo/ranked.parquet, demo/scored.csv and demo/people_scored.csv are tables; the picture is in demo/device."
echo
echo "The studio in your browser, with these experiments and services:"
echo "    $bottega serve ${workspace[*]}"
echo "It prints an address that opens it, signed in. New experiment, drop a CSV on Datasets, press A on the canvas, Ctrl-Enter runs."
echo
echo "The catalogue:      $bottega modules"
echo "Your own script:    $bottega script SCRIPT.py --dataset1 YOUR.csv --out RESULT.csv"
echo "Your own experiment: copy examples/income.yaml, change it, then $bottega check FILE.yaml and $bottega run FILE.yaml"
