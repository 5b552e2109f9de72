// Moves through the rows of a list: j and k to the next and the one before, / to the filter, ? for
// what the keys do. They act only while nothing is being typed, and can be switched off there.

const OFF = "duly-keys-off";

export function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    if (!document.querySelector("table.rows")) return;
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "?") return show();
    if (isOff()) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "/") {
      const filter = document.querySelector("nav .filter a, nav .filter select");
      if (!filter) return;
      filter.focus();
      event.preventDefault();
    }
  });
}

function isTyping(target) {
  return target.closest?.("input, textarea, select, dialog, [contenteditable]");
}

function isOff() {
  try {
    return localStorage.getItem(OFF) === "yes";
  } catch {
    return false;
  }
}

function move(step) {
  const rows = [...document.querySelectorAll("table.rows tbody tr")];
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
  rows[next]?.querySelector("a")?.focus();
}

function show() {
  let dialog = document.querySelector("dialog.keys");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.className = "keys";
    dialog.setAttribute("aria-labelledby", "keys-title");
    dialog.innerHTML =
      '<h2 id="keys-title">Keys</h2><dl><dt>j, k</dt><dd>next row, row before</dd>' +
      "<dt>Enter</dt><dd>open it</dd><dt>/</dt><dd>to the filter</dd><dt>?</dt><dd>this</dd></dl>" +
      '<form method="dialog"><p class="actions"><button value="close">Close</button> ' +
      '<button value="turn"></button></p></form>';
    document.body.append(dialog);
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "turn") return;
      try {
        localStorage.setItem(OFF, isOff() ? "no" : "yes");
      } catch {
        // Without storage the keys stay as they are.
      }
    });
  }
  const turn = isOff() ? "Switch the keys on" : "Switch the keys off";
  dialog.querySelector('[value="turn"]').textContent = turn;
  dialog.showModal();
}
