// Every page in every state, as the gallery drew it into a folder, is looked at in four views.
// Screenshots go into SCREENSHOTS, if that is set.

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { axe, keyboard, listen, noSidewaysScroll, VIEWS, wellFormed } from "./page-checks.mjs";
import { serveFolder } from "./static-server.mjs";

export async function lookAtGallery(browser, folder, only = "") {
  const names = JSON.parse(readFileSync(join(folder, "pages.json"), "utf8"));
  const pictures = process.env.SCREENSHOTS;
  if (pictures) mkdirSync(pictures, { recursive: true });
  const server = await serveFolder(folder);
  const wrong = [];
  let looked = 0;
  let failed = 0;
  try {
    for (const view of VIEWS) {
      const context = await browser.newContext({
        viewport: { width: view.width, height: 900 },
        colorScheme: view.colorScheme,
      });
      for (const name of names.filter((candidate) => candidate.startsWith(only))) {
        const page = await context.newPage();
        const heard = listen(page);
        await page.goto(`${server.address}/${name}.html`);
        // Before anything else touches the page: a screenshot leaves styles behind.
        const found = await wellFormed(page);
        if (pictures) {
          const file = `${name}-${view.width}-${view.colorScheme}.png`;
          await page.screenshot({ path: join(pictures, file), fullPage: true });
        }
        found.push(...(await axe(page)), ...(await noSidewaysScroll(page)));
        // What has the focus does not depend on the colours.
        if (view.colorScheme === "light") found.push(...(await keyboard(page)));
        found.push(...heard);
        looked += 1;
        if (found.length > 0) failed += 1;
        wrong.push(
          ...found.map((what) => `${name} at ${view.width} px, ${view.colorScheme}: ${what}`),
        );
        await page.close();
      }
      await context.close();
    }
  } finally {
    await server.stop();
  }
  return { looked, failed, wrong };
}
