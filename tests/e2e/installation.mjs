// Makes an installation with `duly init`, says how it is reached, and serves it; stops it again by
// its own signal. DULY_BIN names the program under test.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const READY_WITHIN_MS = 120_000;

export async function freePort() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

function run(...words) {
  const done = spawnSync(process.env.DULY_BIN, words, { encoding: "utf8" });
  if (done.status !== 0) {
    throw new Error(`duly ${words[0]} ended with ${done.status}:\n${done.stderr}`);
  }
  return done.stderr + done.stdout;
}

// `settings` are lines of duly.toml; `secret` is the identity provider's; without a `client` the
// pages lead through the set-up.
export async function startInstallation(port, { settings = "", secret, client } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "duly-e2e-"));
  const home = join(folder, "home");
  run("init", home, ...(client ? ["--client", client] : []));
  const file = join(home, "duly.toml");
  const text = readFileSync(file, "utf8")
    .replace(/^listen = .*$/m, `listen = "127.0.0.1:${port}"`)
    .replace(/^(?=\[\[client\]\])/m, `${settings}\n`);
  writeFileSync(file, text);
  if (secret) {
    writeFileSync(join(folder, "secret"), `${secret}\n`);
    run("secret", home, "--identity-provider", join(folder, "secret"));
  }
  const program = spawn(process.env.DULY_BIN, ["serve", home], {
    stdio: ["ignore", "inherit", "pipe"],
  });
  const end_program = () => program.kill("SIGTERM");
  process.on("exit", end_program);
  let said = "";
  const link = await new Promise((resolve, reject) => {
    const give_up = setTimeout(
      () => reject(new Error(`no link within ${READY_WITHIN_MS} ms:\n${said}`)),
      READY_WITHIN_MS,
    );
    program.stderr.setEncoding("utf8");
    program.stderr.on("data", (more) => {
      said += more;
      const found = said.match(/http:\/\/\S+\/sign-in\/[0-9a-f]{64}/);
      if (found) {
        clearTimeout(give_up);
        resolve(found[0]);
      }
    });
    program.on("exit", (code) => {
      clearTimeout(give_up);
      reject(new Error(`duly serve ended with ${code}:\n${said}`));
    });
  });
  const ended = new Promise((resolve) => program.on("exit", resolve));
  return {
    link,
    another: (...words) => run("sign-in-link", home, ...words).trim(),
    async stop() {
      end_program();
      const code = await ended;
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}
