// What must hold on every page, in every width and colour scheme. Each check returns sentences
// about what is wrong; an empty list means that it holds.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Stops a page that traps the focus from holding the test for ever.
const TABS_MAX = 200;

export const VIEWS = [360, 1280].flatMap((width) =>
  ["light", "dark"].map((colorScheme) => ({ width, colorScheme })),
);

// Every rule that axe has on by default, none switched off. What it could not decide is not a
// fault; what it decided is.
export async function axe(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `axe ${violation.id}: ${node.html.slice(0, 160)}`),
  );
}

export async function noSidewaysScroll(page) {
  const wide = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > width + 0.5)
      .slice(0, 3)
      .map((element) => element.outerHTML.slice(0, 120));
  });
  return wide.map((html) => `wider than the window: ${html}`);
}

// Text that is wider than its own box lies over its neighbour, without any scrolling.
export async function nothingSpills(page) {
  const spilt = await page.evaluate(() =>
    [...document.querySelectorAll("td, th, dd, dt, p, li, h1, h2, h3, code, pre, a, button")]
      .filter((element) => element.clientWidth > 0)
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .filter((element) => !element.closest(".unseen, .skip, .rows thead"))
      .map((element) => element.outerHTML.slice(0, 120)),
  );
  return spilt.slice(0, 3).map((html) => `text wider than its box: ${html}`);
}

export async function wellFormed(page) {
  return page.evaluate(() => {
    const wrong = [];
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    for (const id of new Set(ids)) {
      if (ids.filter((other) => other === id).length > 1) wrong.push(`id ${id} is not unique`);
    }
    if (document.querySelectorAll("h1").length !== 1) wrong.push("not exactly one h1");
    if (!document.title.endsWith(" · duly")) wrong.push(`title is ${document.title}`);
    for (const script of document.querySelectorAll("script")) {
      const own = /^\/assets\/duly\.[0-9a-f]{12}\.js$/.test(script.getAttribute("src") ?? "");
      if (!own || script.textContent) wrong.push(`there is a script: ${script.outerHTML}`);
    }
    if (document.querySelector("style, [style]")) wrong.push("there is an inline style");
    for (const element of document.querySelectorAll("*")) {
      for (const { name } of element.attributes) {
        if (name.startsWith("on")) wrong.push(`there is a handler ${name}`);
      }
    }
    return wrong;
  });
}

// From the top, by the tabulator alone: the skip link comes first, everything that can be
// reached shows where the focus is, and the way ends.
export async function keyboard(page) {
  const wrong = [];
  await page.evaluate(() => {
    document.activeElement?.blur();
    window.scrollTo(0, 0);
  });
  for (let tab = 0; tab < TABS_MAX; tab += 1) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return {
        html: element.outerHTML.slice(0, 120),
        isSkip: element.classList.contains("skip"),
        outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        onScreen: box.width > 0 && box.right > 0 && box.bottom > 0,
        seen: element.dataset.seen === "yes" || !(element.dataset.seen = "yes"),
      };
    });
    if (focus === null || focus.seen) return wrong;
    if (tab === 0 && !focus.isSkip) wrong.push("the first stop is not the skip link");
    if (!focus.outlined) wrong.push(`focus is not shown on ${focus.html}`);
    if (!focus.onScreen) wrong.push(`focus goes to something unseen: ${focus.html}`);
  }
  return [...wrong, `more than ${TABS_MAX} stops`];
}

// Refusals by the content security policy and failed loads reach the console; none may.
export function listen(page) {
  const heard = [];
  page.on("console", (message) => {
    if (message.type() === "error") heard.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => heard.push(`page error: ${error.message}`));
  page.on("requestfailed", (request) => {
    // Whoever leaves a page stops listening for changes, or waiting for its icon; the browser calls
    // that a failure.
    const left = request.failure()?.errorText === "net::ERR_ABORTED";
    if (left && /^\/(changes$|assets\/mark\.)/.test(new URL(request.url()).pathname)) return;
    heard.push(`not loaded: ${request.url()}`);
  });
  return heard;
}
