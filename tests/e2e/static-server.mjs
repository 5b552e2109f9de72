// Serves a folder of drawn pages on loopback, under the content security policy of the product.
// Only for tests: it knows three kinds of files and lists nothing.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

// The same words as in crates/duly-web/src/headers.rs; a test there compares the two.
export const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; " +
  "img-src 'self' data:; font-src 'self'; form-action 'self'; frame-ancestors 'none'; " +
  "base-uri 'none'";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

export async function serveFolder(folder) {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    if (path === "/changes") {
      // A drawn page never changes: nothing to hear, and no reason to ask again.
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end("retry: 3600000\n\n");
      return;
    }
    try {
      const bytes = await readFile(join(folder, path));
      response.writeHead(200, {
        "content-type": TYPES[extname(path)] ?? "application/octet-stream",
        "content-security-policy": POLICY,
      });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const address = `http://127.0.0.1:${server.address().port}`;
  return { address, stop: () => new Promise((done) => server.close(done)) };
}
