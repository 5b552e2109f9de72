// Follows what changes: the server says that something did, the page is read again and what differs
// is put in its place. While somebody types in it, the page is left alone.

import { hasUnsentWords } from "./drafts.js";
import { read, showParts } from "./page.js";

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
    page = read(await answer.text());
  } catch {
    return;
  }
  showParts(page, ["main[data-live]", "header.side nav", "footer.foot"]);
}
