// Every page in every state, drawn with the small world by
// `cargo run -p duly-web --example gallery`, is looked at in two widths and two colour schemes.
//
// DULY_GALLERY names a folder that was drawn before; without it the gallery is drawn now.
// SCREENSHOTS names a folder that keeps the pictures; ONLY looks at pages whose name begins so.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { startBrowser } from "./browser.mjs";
import {
  axe,
  keyboard,
  listen,
  noSidewaysScroll,
  nothingSpills,
  VIEWS,
  wellFormed,
} from "./page-checks.mjs";
import { serveFolder } from "./static-server.mjs";

// What the style sheet may weigh on its way to a browser.
const STYLE_BYTES_MAX = 15 * 1024;

const drawnHere = process.env.DULY_GALLERY ? null : mkdtempSync(join(tmpdir(), "duly-gallery-"));
const folder = process.env.DULY_GALLERY || drawnHere;
if (drawnHere) {
  const draw = ["run", "--quiet", "--locked", "-p", "duly-web", "--example", "gallery", "--"];
  execFileSync("cargo", [...draw, folder], { stdio: ["ignore", "ignore", "inherit"] });
}
const names = JSON.parse(readFileSync(join(folder, "pages.json"), "utf8")).filter((name) =>
  name.startsWith(process.env.ONLY ?? ""),
);
const pictures = process.env.SCREENSHOTS;
if (pictures) mkdirSync(pictures, { recursive: true });

const server = await serveFolder(folder);
const browser = await startBrowser();
after(async () => {
  await browser.close();
  await server.stop();
  if (drawnHere) rmSync(drawnHere, { recursive: true });
});

async function lookAt(name, view) {
  const context = await browser.newContext({
    viewport: { width: view.width, height: 900 },
    colorScheme: view.colorScheme,
  });
  const page = await context.newPage();
  const heard = listen(page);
  await page.goto(`${server.address}/${name}.html`);
  // Before anything else touches the page: a screenshot leaves styles behind.
  const found = await wellFormed(page);
  if (pictures) {
    const file = `${name}-${view.width}-${view.colorScheme}.png`;
    await page.screenshot({ path: join(pictures, file), fullPage: true });
  }
  found.push(...(await axe(page)));
  found.push(...(await noSidewaysScroll(page)), ...(await nothingSpills(page)));
  // What has the focus does not depend on the colours.
  if (view.colorScheme === "light") found.push(...(await keyboard(page)));
  await context.close();
  const where = `${view.width} px, ${view.colorScheme}`;
  return [...found, ...heard].map((what) => `${where}: ${what}`);
}

for (const name of names) {
  test(`the page ${name} is sound in every view`, async () => {
    const wrong = [];
    for (const view of VIEWS) wrong.push(...(await lookAt(name, view)));
    assert.deepEqual(wrong, []);
  });
}

test("the style sheet is small", async () => {
  const page = await (await fetch(`${server.address}/today.html`)).text();
  const address = page.match(/href="(\/assets\/duly\.[0-9a-f]+\.css)"/)[1];
  const sheet = Buffer.from(await (await fetch(server.address + address)).arrayBuffer());
  assert.ok(gzipSync(sheet, { level: 9 }).length <= STYLE_BYTES_MAX);
});

// The checks above are worth nothing if they cannot fail.
test("every check finds the fault that it is for", async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 900 } });
  const page = await context.newPage();
  const heard = listen(page);
  const broken = `<!doctype html><html lang="en"><title>broken</title>
    <p id="a" style="color: #ccc; background: #fff; width: 900px">pale</p><p id="a">twice</p>
    <p style="width: 20px; white-space: nowrap">much too long for its box</p>
    <a href="#" style="outline: none">no focus</a><img src="/missing.png">`;
  await page.route("**/broken.html", (route) =>
    route.fulfill({ body: broken, contentType: "text/html" }),
  );
  await page.goto(`${server.address}/broken.html`);
  await page.waitForLoadState("networkidle");
  const formed = (await wellFormed(page)).join("\n");
  for (const fault of ["id a", "h1", "title", "inline style"]) {
    assert.ok(formed.includes(fault), `${fault}: ${formed}`);
  }
  const rules = (await axe(page)).join("\n");
  for (const rule of ["color-contrast", "image-alt", "region"]) {
    assert.ok(rules.includes(rule), `${rule}: ${rules}`);
  }
  assert.notDeepEqual(await noSidewaysScroll(page), []);
  assert.notDeepEqual(await nothingSpills(page), []);
  assert.ok((await keyboard(page)).join("\n").includes("focus is not shown"));
  assert.ok(heard.some((what) => what.includes("404")), heard.join("\n"));
  await context.close();
});
