// Follows what changes: the server says that something did, the page is read again and what differs
// is put in its place. While somebody types in it, the page is left alone.

import { hasUnsentWords } from "./drafts.js";

// Several changes at once are one reading.
const SETTLE_MS = 300;

export function followChanges() {
  if (!document.querySelector("main[data-live]") || !("EventSource" in window)) return;
  const source = new EventSource("/changes");
  let timer = null;
  source.addEventListener("changed", () => {
    clearTimeout(timer);
    timer = setTimeout(readAgain, SETTLE_MS);
  });
  addEventListener("pagehide", () => source.close());
}

async function readAgain() {
  if (document.hidden) {
    document.addEventListener("visibilitychange", readAgain, { once: true });
    return;
  }
  if (hasUnsentWords() || document.querySelector("dialog[open]")) return;
  let page;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return;
  }
  for (const part of ["main[data-live]", "header.side nav", "footer.foot"]) replace(part, page);
}

function replace(part, page) {
  const old = document.querySelector(part);
  const fresh = page.querySelector(part);
  if (!old || !fresh || old.innerHTML === fresh.innerHTML) return;
  const focused = old.contains(document.activeElement) ? placeOf(document.activeElement) : null;
  old.replaceChildren(...fresh.childNodes);
  if (focused) old.querySelector(focused)?.focus({ preventScroll: true });
}

function placeOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const address = element.getAttribute("href");
  return address ? `a[href="${CSS.escape(address)}"]` : null;
}
