// Starts `duly try` and waits for the link that it prints; stops it again by its own signal.
// DULY_BIN names the program under test.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// The issue allows two minutes on two cores; a busy machine gets twice that before it is called
// a failure here, where time is not what is tested.
const READY_WITHIN_MS = 240_000;

export async function startSmallWorld() {
  const folder = mkdtempSync(join(tmpdir(), "duly-e2e-"));
  const world = join(folder, "world");
  const program = spawn(process.env.DULY_BIN, ["try", world, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "inherit", "pipe"],
  });
  // Whatever ends the test, also the runner's limit, ends the program with it.
  const end_program = () => program.kill("SIGTERM");
  process.on("exit", end_program);
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => process.exit(1));
  let said = "";
  const link = await new Promise((resolve, reject) => {
    const give_up = setTimeout(
      () => reject(new Error(`no link within ${READY_WITHIN_MS} ms:\n${said}`)),
      READY_WITHIN_MS,
    );
    program.stderr.setEncoding("utf8");
    program.stderr.on("data", (text) => {
      said += text;
      const found = said.match(/http:\/\/\S+\/sign-in\/[0-9a-f]+/);
      if (found) {
        clearTimeout(give_up);
        resolve(found[0]);
      }
    });
    program.on("exit", (code) => {
      clearTimeout(give_up);
      reject(new Error(`duly try ended with ${code}:\n${said}`));
    });
  });
  const ended = new Promise((resolve) => program.on("exit", resolve));
  return {
    link,
    base: new URL(link).origin,
    folder: world,
    async stop() {
      end_program();
      const code = await ended;
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}
