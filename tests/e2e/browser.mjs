// Starts Debian's Chromium, headless and with a profile of its own that is thrown away.
// Which browser: CHROMIUM, else /usr/bin/chromium. It never downloads one.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const FLAGS = [
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function startBrowser() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(`no browser at ${executablePath}: install Debian's package chromium`);
  }
  // As root, which is how containers and CI run, Chromium's own sandbox cannot be set up.
  const args = process.getuid?.() === 0 ? [...FLAGS, "--no-sandbox"] : FLAGS;
  return chromium.launch({ executablePath, args });
}
