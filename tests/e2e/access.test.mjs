// Coming in, clicked through: an invitation and a passkey, a password and codes without JavaScript,
// an identity provider that is a real one, and the pages on which people are looked after.
//
// DULY_BIN names the program. The passkeys are those of Chromium's own virtual authenticator.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { startIdentityProvider } from "./identity-provider.mjs";
import { freePort, startInstallation } from "./installation.mjs";
import { axe, noSidewaysScroll, nothingSpills, VIEWS, wellFormed } from "./page-checks.mjs";

const skip = process.env.DULY_BIN ? false : "DULY_BIN is not set";
if (skip) console.log(`skipped: coming in, because ${skip}`);

const SECRET = "a-secret-that-only-this-test-has";
const PASSWORD = "lampe-ziege-kanu-91";

const [port, provider_port] = skip ? [0, 0] : [await freePort(), await freePort()];
const base = `http://localhost:${port}`;
const provider = skip
  ? null
  : await startIdentityProvider(provider_port, SECRET, `${base}/sign-in/identity/answer`);
const settings = `
address = "${base}"
[identity_provider]
name = "Harbour account"
issuer = "http://localhost:${provider_port}"
client_id = "duly"
`;
const of_home = { settings, secret: SECRET, client: "Home" };
const home = skip ? null : await startInstallation(port, of_home);
const browser = skip ? null : await startBrowser();
// The first person, who keeps the installation.
const keeper = skip ? null : await (await browser.newContext()).newPage();

after(async () => {
  await browser?.close();
  await provider?.stop();
  const code = await home?.stop();
  assert.ok(skip || code === 0, `duly serve ended with ${code}`);
});

async function look(page, name) {
  const wrong = [];
  for (const view of VIEWS) {
    await page.emulateMedia({ colorScheme: view.colorScheme });
    await page.setViewportSize({ width: view.width, height: 900 });
    wrong.push(...(await wellFormed(page)), ...(await noSidewaysScroll(page)));
    wrong.push(...(await nothingSpills(page)));
    wrong.push(...(await axe(page)).map((what) => `${name} at ${view.width}: ${what}`));
  }
  assert.deepEqual(wrong, []);
}

// Invites somebody as the keeper; the link.
async function invite(name, mail, role, of = "My own IT") {
  await keeper.goto(`${base}/people`);
  await keeper.getByLabel("Of", { exact: true }).selectOption({ label: of });
  await keeper.getByLabel("Name", { exact: true }).fill(name);
  await keeper.getByLabel("Mail address").fill(mail);
  await keeper.getByLabel(role, { exact: true }).check();
  await keeper.getByRole("button", { name: "Make an invitation" }).click();
  return (await keeper.getByRole("status").locator("pre").innerText()).trim();
}

async function withAuthenticator(context) {
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  await wire.send("WebAuthn.enable");
  const { authenticatorId } = await wire.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const verified = (isUserVerified) =>
    wire.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
  return { page, verified };
}

// RFC 6238, written down once more: what an application on a telephone does.
function code(secret, steps = 0) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac("sha1", key).update(counter).digest();
  const from = hash[19] & 15;
  return String((hash.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("whoever keeps the installation comes in by a link and finds people", { skip }, async () => {
  await keeper.goto(home.link);
  await keeper.getByRole("button", { name: "Sign in" }).click();
  await keeper.getByRole("link", { name: "People" }).click();
  await keeper.getByRole("heading", { name: "People", level: 1 }).waitFor();
  await look(keeper, "people");
});

test("an invited person chooses a passkey and comes in by it", { skip }, async () => {
  const link = await invite("Tess", "tess@harbour.example", "technician");
  const context = await browser.newContext();
  const { page, verified } = await withAuthenticator(context);
  await page.goto(link);
  await page.getByRole("heading", { name: "Welcome, Tess" }).waitFor();
  await look(page, "invitation");
  await page.getByRole("button", { name: "Choose a passkey" }).click();
  await page.getByRole("heading", { name: "Your account" }).waitFor();
  await page.getByRole("rowheader", { name: /Chrome on/ }).first().waitFor();
  await look(page, "account");

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.goto(`${base}/sign-in`);
  await look(page, "sign-in");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/");

  // A key that does not know who holds it is not enough.
  await page.getByRole("button", { name: "Sign out" }).click();
  await verified(false);
  await page.goto(`${base}/sign-in`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText(/no passkey answered|was not taken/).waitFor();
  await verified(true);

  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  await page.goto(`${base}/account`);
  await page.getByRole("button", { name: /Remove/ }).click();
  await page.getByText("You have none. A passkey is").waitFor();
  await page.getByLabel("What to call a new one").fill("the key in the drawer");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("rowheader", { name: "the key in the drawer" }).waitFor();
  await page.getByRole("button", { name: /Remove/ }).click();
  await page.getByText("You have none. A passkey is").waitFor();

  // What was removed on the server signs nobody in, whatever the device still holds.
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.goto(`${base}/sign-in`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText(/This passkey was not taken/).waitFor();
  await context.close();
});

test("without JavaScript a password and codes do, without passkeys", { skip }, async () => {
  const link = await invite("Mara", "mara@harbour.example", "manager");
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(link);
  assert.equal(await page.getByRole("button", { name: "Choose a passkey" }).isVisible(), false);
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByLabel("The same again").fill(PASSWORD);
  await page.getByRole("button", { name: "Set the password and sign in" }).click();
  await page.getByRole("button", { name: "Set up codes" }).click();
  const secret = (await page.locator("code").innerText()).replaceAll(" ", "");
  await page.getByLabel("Code", { exact: true }).fill(code(secret));
  await page.getByRole("button", { name: "Ask for codes from now on" }).click();
  await page.getByRole("heading", { name: "Keep these recovery codes" }).waitFor();
  assert.equal(await page.locator(".recovery li").count(), 10);
  const recovery = await page.locator(".recovery code").first().innerText();
  await page.getByRole("button", { name: "Sign out" }).click();

  for (const second of [code(secret, 1), recovery]) {
    await page.goto(`${base}/sign-in`);
    assert.equal(await page.getByRole("button", { name: /passkey/ }).isVisible(), false);
    await page.getByLabel("Mail address").fill("mara@harbour.example");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByLabel("Code", { exact: true }).fill(second);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("navigation", { name: "Main" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
  }
  await context.close();
});

// Comes to duly through the provider as whoever this is.
async function through(context, login) {
  const page = await context.newPage();
  await page.goto(`${base}/sign-in`);
  await page.getByRole("link", { name: "Sign in with Harbour account" }).click();
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  await page.locator("button[type=submit]", { hasText: /continue/i }).click();
  await page.waitForURL((url) => url.origin === base);
  return page;
}

async function refused(login) {
  const context = await browser.newContext();
  const page = await through(context, login);
  await page.getByRole("heading", { name: "Not signed in" }).waitFor();
  await context.close();
}

test("an identity provider brings in whoever was invited alone", { skip }, async () => {
  await invite("Olga", "olga@home.example", "owner", "Home");
  await invite("Una", "unverified@home.example", "owner", "Home");
  const context = await browser.newContext();
  const answers = [];
  context.on("request", (request) => {
    if (request.url().startsWith(`${base}/sign-in/identity/answer`)) answers.push(request.url());
  });
  const page = await through(context, "s1=olga@home.example");
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();

  // The same answer a second time, here or in another browser, is nobody's.
  const replay = async (where) => {
    const again = await where.newPage();
    await again.goto(answers[0]);
    await again.getByRole("heading", { name: "Not signed in" }).waitFor();
  };
  await replay(context);
  const other = await browser.newContext();
  await replay(other);
  await other.close();
  await context.close();

  await refused("stranger@home.example");
  await refused("s3=unverified@home.example");
  // Another subject with Olga's address is not Olga.
  await refused("s2=olga@home.example");
});

test("the log names who came and who did not, and people are looked after", { skip }, async () => {
  await keeper.goto(`${base}/clients/provider/log?what=sign-ins`);
  for (const told of [
    "signed in by a passkey",
    "signed in by a password and a recovery code",
    "signed in by the identity provider",
    "somebody else at the identity provider",
    "nobody was invited with this address",
  ]) {
    await keeper.getByText(told).first().waitFor();
  }
  await look(keeper, "log");
  await keeper.goto(`${base}/people`);
  await keeper.getByRole("link", { name: "Mara" }).click();
  await keeper.getByText("password and code").first().waitFor();
  await look(keeper, "person");
  await keeper.getByRole("button", { name: "Take all ways in away" }).click();
  await keeper.getByText("invited, has not come yet").waitFor();
  await keeper.goto(`${base}/roles`);
  await look(keeper, "roles");
});

test("whoever is locked out asks the machine itself for a link", { skip }, async () => {
  const link = home.another("--mail", "mara@harbour.example");
  assert.ok(link.startsWith(`${base}/sign-in/`), link);
  const page = await (await browser.newContext()).newPage();
  await page.goto(link);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Mara", { exact: true }).waitFor();
});
