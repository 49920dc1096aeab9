// Adds to the pages what they do without: a button that copies code, and the language chosen last.
"use strict";
document.querySelector("nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
for (const group of document.querySelectorAll(".languages")) {
  const chosen = () => group.querySelector("input:checked").value;
  try {
    const last = group.querySelector(`#in-${localStorage.getItem("language")}`);
    if (last) last.checked = true;
    group.addEventListener("change", () => localStorage.setItem("language", chosen()));
  } catch { /* a browser that keeps nothing */ }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    const code = group.querySelector(`pre[data-language=${chosen()}]`);
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {  // without TLS there is no clipboard: select it instead
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  group.querySelector("pre").before(button);
}
