// The loop, clicked through as a technician does: sign in, Today, a ticket, a step, closing, what
// duly measured, the proof, the pack; and the pack checked as the client does.
//
// DULY_BIN names the program; its neighbour `duly-verify` checks the pack. SCREENSHOTS names a
// folder that keeps pictures of the pages that were met.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import {
  axe,
  listen,
  noSidewaysScroll,
  nothingSpills,
  VIEWS,
  wellFormed,
} from "./page-checks.mjs";
import { startSmallWorld } from "./small-world.mjs";

// How long a new measurement may take: the worker looks every few seconds, on a busy machine.
const AGAIN_TRIES = 60;
const AGAIN_WAIT_MS = 1_000;

const skip = process.env.DULY_BIN ? false : "DULY_BIN is not set";
if (skip) console.log(`skipped: the loop, because ${skip}`);

const world = skip ? null : await startSmallWorld();
const browser = skip ? null : await startBrowser();
const context = skip ? null : await browser.newContext({ acceptDownloads: true });
const page = skip ? null : await context.newPage();
const heard = skip ? [] : listen(page);
const pictures = process.env.SCREENSHOTS;
if (pictures) mkdirSync(pictures, { recursive: true });

after(async () => {
  await browser?.close();
  const code = await world?.stop();
  assert.ok(skip || code === 0, `duly try ended with ${code}`);
});

// Each page that is met is looked at once in every view.
async function look(name) {
  const wrong = [];
  for (const view of VIEWS) {
    await page.emulateMedia({ colorScheme: view.colorScheme });
    await page.setViewportSize({ width: view.width, height: 900 });
    wrong.push(...(await wellFormed(page)), ...(await noSidewaysScroll(page)));
    wrong.push(...(await nothingSpills(page)));
    if (pictures) {
      const file = `live-${name}-${view.width}-${view.colorScheme}.png`;
      await page.screenshot({ path: join(pictures, file), fullPage: true });
      // A screenshot leaves styles behind.
      await page.reload();
    }
    wrong.push(...(await axe(page)).map((what) => `${name} at ${view.width}: ${what}`));
  }
  assert.deepEqual(wrong, []);
}

const nav = (name) =>
  page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: false }).click();

test("a link alone signs nobody in, its button does", { skip }, async () => {
  await page.goto(world.base);
  await page.getByRole("heading", { name: "Sign in to duly" }).waitFor();
  await page.goto(world.link);
  await page.goto(world.link);
  await look("sign-in");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: /need/ }).waitFor();
});

test("Today shows what is owed, what fails, and that all is made up", { skip }, async () => {
  await page.getByRole("complementary", { name: "Demonstration" }).waitFor();
  await page.getByRole("row", { name: /missed, owed/ }).first().waitFor();
  await page.getByText("measured: fail").first().waitFor();
  await look("today");
});

test("what was measured stands beside what the job claimed", { skip }, async () => {
  await page.getByRole("row", { name: /measured: fail/ }).getByRole("link").first().click();
  await page.getByRole("heading", { name: "Checklist" }).waitFor();
  await look("ticket-failed");
  await page.getByRole("link", { name: "What was read, and what it proves" }).first().click();
  await page.getByRole("heading", { name: /The job said success/ }).waitFor();
  await page.getByRole("region", { name: "The backup software claims" }).waitFor();
  await page.getByRole("region", { name: "duly measured" }).getByText("fail").first().waitFor();
  await look("verification");
});

test("what nobody mended fails again, and both results stay", { skip }, async () => {
  await page.getByRole("link", { name: "Open the ticket" }).click();
  await page.getByText("Measure it again").click();
  await page.getByLabel("What was mended").fill("Nothing yet; this is to see what happens.");
  await page.getByRole("button", { name: "Measure again" }).click();
  await page.getByRole("rowheader", { name: /to be measured again/ }).waitFor();
  const failures = page.getByRole("rowheader", { name: "verification ended: fail" });
  for (let tries = 0; tries < AGAIN_TRIES && (await failures.count()) < 2; tries += 1) {
    await page.waitForTimeout(AGAIN_WAIT_MS);
    await page.reload();
  }
  assert.equal(await failures.count(), 2);
});

test("a step is refused without a note, and taken with one", { skip }, async () => {
  await nav("Today");
  await page.getByRole("row", { name: /missed, owed/ }).getByRole("link").first().click();
  await page.getByRole("heading", { name: "Why it cannot be closed yet" }).waitFor();
  await look("ticket");
  const step = page.locator(".checklist > li").filter({ has: page.locator("form") }).first();
  await step.getByLabel("Done, and something is not in order").check();
  // Past the browser's own check, as a program would send it.
  await step.locator("textarea").evaluate((area) => area.removeAttribute("required"));
  await step.getByRole("button", { name: "Record this step" }).click();
  await page.getByRole("alert").waitFor();
  await look("ticket-refused");
});

test("what was missed is done afterwards by keyboard, and stays missed", { skip }, async () => {
  const open = page.locator(".checklist > li").filter({ has: page.locator("form") });
  const ids = await open.evaluateAll((steps) => steps.map((step) => step.id));
  assert.ok(ids.length > 0);
  for (const id of ids) {
    const step = page.locator(`#${id}`);
    await step.getByLabel("Done, and something is not in order").focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Opened three weeks late; the price list is an old one.");
    // Between the words and the button stand the fields for files.
    await step.getByRole("button", { name: "Record this step" }).focus();
    await page.keyboard.press("Enter");
    await step.locator(".by-person").waitFor();
  }
  await page.getByText("said by a person").first().waitFor();
  await page.getByLabel(/why it is closed so/).fill("The price list is being copied anew.");
  await page.getByRole("button", { name: "Close this ticket" }).click();
  await page.getByRole("rowheader", { name: /done afterwards/ }).waitFor();
  await page.getByRole("cell", { name: "Tess" }).first().waitFor();
  await look("ticket-afterwards");
});

test("a restore test that passed says what it proves and by which seed", { skip }, async () => {
  await nav("Verifications");
  await look("verifications");
  await page.goto(`${world.base}/clients/lakeside`);
  await look("client");
  // Nothing is broken at Baker & Sons.
  await page.goto(`${world.base}/clients/baker`);
  await page.getByRole("link", { name: /^(No more than .* differ|All .* equal)/ }).first().click();
  await page.getByRole("heading", { name: /read back, compared, and holds/ }).waitFor();
  await page.getByText("what it proves").waitFor();
  await page.getByText("seed: provider-only").waitFor();
  await look("verification-restore");
});

test("clients, processes and proofs are there to be read", { skip }, async () => {
  await nav("Clients");
  await look("clients");
  await nav("Processes");
  await look("processes");
  await page.getByRole("link", { name: /Restore a real backup/ }).click();
  await page.getByRole("heading", { name: "Quality control" }).waitFor();
  await look("process");
  await nav("Proof");
  await look("proofs");
});

test("the three files are saved, and the client's verifier accepts them", { skip }, async () => {
  await page.getByRole("link", { name: "Lakeside Clinic" }).click();
  await look("proof");
  const saved = {};
  for (const name of ["Save the checkpoint", "Save the policy", "Download the pack"]) {
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name }).click();
    const file = await download;
    saved[name] = join(world.folder, file.suggestedFilename());
    await file.saveAs(saved[name]);
  }
  assert.match(readFileSync(saved["Save the checkpoint"], "utf8"), /^duly\.try\//);
  const verifier = join(dirname(process.env.DULY_BIN), "duly-verify");
  assert.ok(existsSync(verifier), `${verifier} is not there`);
  const arguments_ = [saved["Download the pack"], "--policy", saved["Save the policy"]];
  arguments_.push("--seen", saved["Save the checkpoint"], "--json");
  const checked = spawnSync(verifier, arguments_, { encoding: "utf8" });
  const said = JSON.parse(checked.stdout);
  assert.equal(said.verdict, "consistent", checked.stdout + checked.stderr);
});

test("signing out ends it", { skip }, async () => {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "You are signed out" }).waitFor();
  await look("signed-out");
  await page.goto(world.base);
  await page.getByRole("heading", { name: "Sign in to duly" }).waitFor();
});

test("no page asked for anything that it did not get", { skip }, async () => {
  // The refused form answers 422, which the browser reports as an error of its own.
  assert.deepEqual(heard.filter((what) => !what.includes("422")), []);
});
