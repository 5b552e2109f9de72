// Keeps what is typed into a form marked `data-draft` on this device until the server has taken
// it. Without a connection the form waits and is sent when there is one again.
//
// A form's draft bears the revision that the form was drawn for. Once the page comes with another
// revision, the server has recorded something since, and the draft is offered, not filled in.

import { read, showWhole } from "./page.js";

const RETRY_MS = 5000;
// A draft nobody came back for in a week is somebody's words left on a device.
const KEPT_MS = 7 * 24 * 3600 * 1000;
const PREFIX = "duly-draft:";

const store = (() => {
  try {
    localStorage.setItem(PREFIX, "");
    localStorage.removeItem(PREFIX);
    return localStorage;
  } catch {
    return null;
  }
})();

export function keepDrafts(part) {
  if (!store) return;
  forgetOld();
  if (document.querySelector("[data-signed-out]")) forgetAll();
  for (const form of part.querySelectorAll("form[data-draft]")) keep(form);
}

export function hasUnsentWords() {
  return [...document.querySelectorAll("form[data-draft]")].some((form) =>
    fields(form).some((field) => isFilled(field)),
  );
}

function keep(form) {
  restore(form);
  form.addEventListener("input", () => save(form));
  form.addEventListener("change", () => save(form));
  form.addEventListener("submit", (event) => {
    // Files are sent by the browser itself; they are not kept here.
    if (hasFiles(form)) return;
    event.preventDefault();
    save(form);
    send(form, event.submitter);
  });
}

function hasFiles(form) {
  return [...form.elements].some((field) => field.type === "file" && field.files.length > 0);
}

const keyOf = (form) => `${PREFIX}${new URL(form.action, location.href).pathname}`;
const revisionOf = (form) => form.elements.namedItem("revision")?.value ?? "";

function fields(form) {
  const others = ["hidden", "file", "submit"];
  return [...form.elements].filter((field) => field.name && !others.includes(field.type));
}

function isFilled(field) {
  return field.type === "radio" || field.type === "checkbox"
    ? field.checked !== field.defaultChecked
    : field.value !== field.defaultValue && field.tagName !== "SELECT";
}

function save(form) {
  const words = {};
  for (const field of fields(form)) {
    if (field.type === "radio" || field.type === "checkbox") {
      if (field.checked) words[field.name] = field.value;
    } else {
      words[field.name] = field.value;
    }
  }
  const draft = { at: Date.now(), revision: revisionOf(form), words };
  store.setItem(keyOf(form), JSON.stringify(draft));
}

function draftOf(key) {
  try {
    return JSON.parse(store.getItem(key));
  } catch {
    return null;
  }
}

function restore(form) {
  const draft = draftOf(keyOf(form));
  if (!draft) return;
  const text = Object.values(draft.words).filter((word) => typeof word === "string" && word.trim());
  if (text.length === 0) return;
  if (draft.revision !== revisionOf(form)) {
    store.removeItem(keyOf(form));
    const areas = [...form.querySelectorAll("textarea")];
    const typed = areas.map((field) => draft.words[field.name]).filter(Boolean);
    if (typed.length > 0 && !document.body.textContent.includes(typed[0])) {
      say(form, `Typed on this device before somebody recorded this step: ${typed.join(" ")}`);
    }
    return;
  }
  let restored = false;
  for (const field of fields(form)) {
    const word = draft.words[field.name];
    if (word === undefined) continue;
    if (field.type === "radio" || field.type === "checkbox") {
      field.checked = field.value === word;
    } else if (field.value === field.defaultValue && field.value !== word) {
      field.value = word;
      restored = true;
    }
  }
  if (restored) say(form, "What you typed here was kept on this device. It is not sent yet.");
}

// Forms that wait for a connection, with what stops their waiting: what is sent anew is sent once.
const waiting = new WeakMap();

async function send(form, button) {
  waiting.get(form)?.();
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.append(button.name, button.value);
  let answer;
  let page;
  try {
    answer = await fetch(form.action, { method: "POST", body });
    page = read(await answer.text());
  } catch {
    waitFor(form, button);
    return;
  }
  if (answer.ok) store.removeItem(keyOf(form));
  // The answer is either where the act leads, or the form with what is wrong with it.
  const address = answer.redirected ? answer.url : location.href;
  showWhole(page, address, form.closest("[id]")?.id);
}

function waitFor(form, button) {
  const kept = "Your words are kept on this device and are sent as soon as there is one.";
  say(form, `There is no connection. ${kept}`);
  const again = () => send(form, button);
  const timer = setTimeout(again, RETRY_MS);
  addEventListener("online", again, { once: true });
  waiting.set(form, () => {
    removeEventListener("online", again);
    clearTimeout(timer);
    waiting.delete(form);
  });
}

function say(form, words) {
  let note = form.querySelector("[data-kept]");
  if (!note) {
    note = document.createElement("p");
    note.dataset.kept = "";
    note.className = "hint";
    note.setAttribute("role", "status");
    form.append(note);
  }
  note.textContent = words;
}

function keys() {
  return Object.keys(store).filter((key) => key.startsWith(PREFIX));
}

function forgetOld() {
  for (const key of keys()) {
    const draft = draftOf(key);
    if (!draft || Date.now() - draft.at > KEPT_MS) store.removeItem(key);
  }
}

function forgetAll() {
  for (const key of keys()) store.removeItem(key);
}
