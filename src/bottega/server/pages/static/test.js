// The form that tries a web service. The key is read from its box at each call and kept nowhere.
"use strict";

// Rows of comma- or tab-separated text with quotes (RFC 4180); the first is the header. Blank lines are no rows.
function parseRows(text) {
  const source = text.replace(/^\uFEFF/, "");
  const head = source.split(/\r?\n/, 1)[0];
  const separator = head.includes("\t") && !head.includes(",") ? "\t" : ",";
  const rows = [];
  let row = [], cell = "", quoted = false, inQuotes = false;
  const endCell = () => { row.push({ text: cell, quoted }); cell = ""; quoted = false; };
  const endRow = () => {
    endCell();
    if (row.length > 1 || row[0].text !== "" || row[0].quoted) rows.push(row);
    row = [];
  };
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at];
    if (inQuotes) {
      if (sign !== '"') cell += sign;
      else if (source[at + 1] === '"') { cell += '"'; at += 1; }
      else inQuotes = false;
    } else if (sign === '"' && cell === "") { inQuotes = true; quoted = true; }
    else if (sign === separator) endCell();
    else if (sign === "\n") endRow();
    else if (sign === "\r" && source[at + 1] === "\n") continue;
    else cell += sign;
  }
  if (inQuotes) throw new Error("A quote is never closed.");
  if (cell !== "" || quoted || row.length) endRow();
  if (!rows.length) throw new Error("There is no line of column names.");
  const names = rows[0].map((each) => each.text.trim());
  const values = rows.slice(1).map((each, number) => {
    if (each.length !== names.length) {
      throw new Error(`Row ${number + 1} has ${each.length} cells, but there are ${names.length} column names.`);
    }
    return each.map((one) => (one.text === "" && !one.quoted ? null : one.text));
  });
  return { ColumnNames: names, Values: values };
}

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// What a box holds: an empty one is a missing value.
function cellOf(box) {
  return box.value === "" ? null : box.value;
}

function requestOf(form) {
  const Inputs = {}, GlobalParameters = {};
  for (const set of form.querySelectorAll("[data-input]")) {
    const csv = set.querySelector("[data-csv]").value;
    const boxes = [...set.querySelectorAll("[data-column]")];
    Inputs[set.dataset.input] = csv.trim() !== ""
      ? parseRows(csv)
      : { ColumnNames: boxes.map((box) => box.dataset.column), Values: [boxes.map(cellOf)] };
  }
  for (const box of form.querySelectorAll("[data-parameter]")) {
    if (box.value !== "") GlobalParameters[box.dataset.parameter] = box.value;
  }
  return { Inputs, GlobalParameters };
}

function tableOf(name, value) {
  const table = element("table"), head = element("tr"), body = element("tbody");
  value.ColumnNames.forEach((column, place) => {
    const cell = element("th", column, { scope: "col" });
    if (value.ColumnTypes) cell.append(element("small", value.ColumnTypes[place]));
    head.append(cell);
  });
  for (const row of value.Values.slice(0, 1000)) {
    const line = element("tr");
    for (const cell of row) line.append(element("td", cell === null ? "missing" : cell, cell === null ? { class: "quiet" } : {}));
    body.append(line);
  }
  const top = element("thead");
  top.append(head);
  table.append(top, body);
  const around = element("div", null, { class: "scroll", tabindex: "0" });
  around.append(table);
  const count = value.Values.length;
  const told = `${name}: ${count} row${count === 1 ? "" : "s"}${count > 1000 ? ", the first 1,000 shown" : ""}`;
  return [element("h3", told), around];
}

function showResult(place, answer, note) {
  const parts = [element("h2", "Result"), element("p", note, { class: "quiet" })];
  for (const [name, output] of Object.entries(answer.Results)) parts.push(...tableOf(name, output.value));
  place.replaceChildren(...parts);
}

function showFailure(place, title, message, details, note) {
  const box = element("div", null, { class: "failed" });
  box.append(element("h2", title), element("p", message));
  for (const detail of details) {
    if (detail.message === message) continue;
    box.append(element("p", [detail.target, detail.code].filter(Boolean).join(", "), { class: "quiet" }), element("pre", detail.message));
  }
  if (note) box.append(element("p", note, { class: "quiet" }));
  place.replaceChildren(box);
}

const TITLES = {
  400: "The service refused the request", 401: "The key is not right", 404: "The service is not there any more",
  408: "The call took too long", 413: "The request is too large", 429: "Too many attempts", 503: "The service is busy",
};

async function call(form, place) {
  let request;
  try {
    request = JSON.stringify(requestOf(form));
  } catch (error) {
    showFailure(place, "The rows cannot be read", error.message, []);
    return;
  }
  const started = performance.now();
  let response, text;
  try {
    response = await fetch(form.dataset.execute, {
      method: "POST", body: request, cache: "no-store", credentials: "omit",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${form.querySelector("#key").value.trim()}` },
    });
    text = await response.text();
  } catch {
    showFailure(place, "The server cannot be reached", "There was no answer; try again.", []);
    return;
  }
  const id = response.headers.get("x-ms-request-id");
  const note = `${(performance.now() - started).toFixed(0)} ms${id ? `, request ${id}` : ""}`;
  let answer = {};
  try { answer = JSON.parse(text); } catch { /* told below */ }
  if (response.ok && answer.Results) {
    showResult(place, answer, note);
    return;
  }
  const error = answer.error ?? { message: `The answer has status ${response.status}.`, details: [] };
  const failed = /^(Module|Library)ExecutionError$/.test(error.code) ? "A module of the service failed" : TITLES[response.status];
  showFailure(place, failed ?? `Status ${response.status}`, error.message, error.details ?? [], note);
}

// Real rows are for those who have the key: they take the place of the boxes' first contents.
async function fillSamples(form) {
  const key = form.querySelector("#key").value.trim();
  const boxes = [...form.querySelectorAll("[data-column]")];
  if (key === "" || boxes.some((box) => box.value !== box.defaultValue)) return;
  const response = await fetch(form.dataset.samples, {
    headers: { Authorization: `Bearer ${key}` }, cache: "no-store", credentials: "omit",
  }).catch(() => null);
  if (!response?.ok || boxes.some((box) => box.value !== box.defaultValue)) return;
  const { Inputs } = await response.json();
  for (const set of form.querySelectorAll("[data-input]")) {
    const table = Inputs[set.dataset.input];
    if (!table?.Values.length) continue;
    for (const box of set.querySelectorAll("[data-column]")) {
      const cell = table.Values[0][table.ColumnNames.indexOf(box.dataset.column)];
      box.value = box.defaultValue = cell ?? "";
    }
  }
}

function begin(form) {
  const place = document.querySelector("#result"), busy = form.querySelector("#busy"), button = form.querySelector("[type=submit]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    busy.textContent = "Calling…";
    await call(form, place);
    button.disabled = false;
    busy.textContent = "";
    place.focus({ preventScroll: true });
    place.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth", block: "nearest" });
  });
  form.querySelector("#key").addEventListener("change", () => fillSamples(form));
  for (const area of form.querySelectorAll("[data-csv]")) {
    const count = form.querySelector(`[data-count=${area.id}]`);
    const tell = () => {
      try {
        const rows = area.value.trim() === "" ? null : parseRows(area.value).Values.length;
        count.textContent = rows === null ? "" : `${rows} row${rows === 1 ? "" : "s"}`;
      } catch (error) {
        count.textContent = error.message;
      }
    };
    area.addEventListener("input", tell);
    form.querySelector(`[data-file=${area.id}]`).addEventListener("change", async (event) => {
      if (event.target.files.length) area.value = await event.target.files[0].text();
      tell();
    });
  }
}

if (typeof document === "undefined") module.exports = { parseRows };
else if (document.querySelector("#call")) begin(document.querySelector("#call"));
