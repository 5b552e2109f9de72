// The browser tests.
//
//   node run.mjs --gallery FOLDER     every page and state, drawn by
//                                     `cargo run -p duly-web --example gallery -- FOLDER`
//
// SCREENSHOTS=FOLDER keeps pictures; CHROMIUM=PATH names another browser. Ends with 1 and says
// what is wrong, page by page, when anything is.

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
let wrong;
try {
  const result = await lookAtGallery(browser, values.gallery, values.only);
  wrong = result.wrong;
  console.log(`${result.looked} views of the gallery looked at`);
} finally {
  await browser.close();
}
for (const what of wrong) console.error(what);
console.log(wrong.length === 0 ? "nothing wrong" : `${wrong.length} things wrong`);
process.exit(wrong.length === 0 ? 0 : 1);
