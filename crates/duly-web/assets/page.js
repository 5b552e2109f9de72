// Puts parts of a page that was just read in the place of those that are shown, and says so, so
// that whatever a script adds is added to the new parts too.

const DRAWN = "duly-drawn";

let hasPushed = false;

// `add` is given the document, and each part that is drawn later.
export function whenDrawn(add) {
  add(document);
  addEventListener(DRAWN, (event) => add(event.detail));
}

const tell = (part) => dispatchEvent(new CustomEvent(DRAWN, { detail: part }));

export function read(text) {
  return new DOMParser().parseFromString(text, "text/html");
}

// The whole page, as if the browser had gone to this address.
export function showWhole(page, address, beside) {
  const { pathname } = new URL(address);
  if (pathname === location.pathname) {
    history.replaceState(null, "", address);
  } else {
    history.pushState(null, "", address);
    hasPushed = true;
  }
  document.title = page.title;
  document.body.replaceChildren(...page.body.childNodes);
  tell(document);
  const place = (beside && document.getElementById(beside)) || document.getElementById("main");
  place?.scrollIntoView();
  document.getElementById("main")?.focus({ preventScroll: true });
}

// These parts alone, where they differ. Whoever was on something in them stays on it.
export function showParts(page, parts) {
  for (const part of parts) showPart(page, part);
}

function showPart(page, part) {
  const old = document.querySelector(part);
  const fresh = page.querySelector(part);
  if (!old || !fresh || old.innerHTML === fresh.innerHTML) return;
  const focused = old.contains(document.activeElement) ? placeOf(document.activeElement) : null;
  old.replaceChildren(...fresh.childNodes);
  if (focused) old.querySelector(focused)?.focus({ preventScroll: true });
  tell(old);
}

function placeOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const address = element.getAttribute("href");
  return address ? `a[href="${CSS.escape(address)}"]` : null;
}

// What was put in place under another address is not kept by the browser for going back.
addEventListener("popstate", () => {
  if (hasPushed) location.reload();
});
