// The browser tests.
//
//   node run.mjs --gallery FOLDER     every page and state, drawn by
//                                     `cargo run -p duly-web --example gallery -- FOLDER`
//
// SCREENSHOTS=FOLDER keeps pictures; CHROMIUM=PATH names another browser. What is wrong is said
// page by page; the closing line counts views, and 1 is the exit code if any has failed.

import { parseArgs } from "node:util";
import { startBrowser } from "./browser.mjs";
import { lookAtGallery } from "./gallery.mjs";

const { values } = parseArgs({
  options: { gallery: { type: "string" }, only: { type: "string" } },
});
if (!values.gallery) {
  console.error("usage: node run.mjs --gallery FOLDER");
  process.exit(64);
}

const browser = await startBrowser();
let result;
try {
  result = await lookAtGallery(browser, values.gallery, values.only);
} finally {
  await browser.close();
}
for (const what of result.wrong) console.error(what);
console.log(`${result.looked - result.failed} passed, ${result.failed} failed`);
process.exit(result.failed === 0 && result.looked > 0 ? 0 : 1);
