// Passkeys, which a browser offers to scripts alone.
//
// Each element with `data-passkey` holds a button and a place for what went wrong, hidden until a
// browser is known to have passkeys at all. The server makes the challenge and checks the answer;
// nothing is decided here.

const decoded = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const encoded = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

class Refused extends Error {}

async function post(address, body) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer.detail ?? "duly refused it.");
  return answer;
}

async function make(options) {
  const asked = options.publicKey;
  asked.challenge = decoded(asked.challenge);
  asked.user.id = decoded(asked.user.id);
  for (const one of asked.excludeCredentials ?? []) one.id = decoded(one.id);
  const made = await navigator.credentials.create({ publicKey: asked });
  return {
    id: made.id,
    rawId: encoded(made.rawId),
    type: made.type,
    response: {
      attestationObject: encoded(made.response.attestationObject),
      clientDataJSON: encoded(made.response.clientDataJSON),
      transports: made.response.getTransports?.() ?? [],
    },
    extensions: {},
  };
}

async function use(options) {
  const asked = options.publicKey;
  asked.challenge = decoded(asked.challenge);
  for (const one of asked.allowCredentials ?? []) one.id = decoded(one.id);
  const used = await navigator.credentials.get({ publicKey: asked });
  return {
    id: used.id,
    rawId: encoded(used.rawId),
    type: used.type,
    response: {
      authenticatorData: encoded(used.response.authenticatorData),
      clientDataJSON: encoded(used.response.clientDataJSON),
      signature: encoded(used.response.signature),
      userHandle: used.response.userHandle ? encoded(used.response.userHandle) : null,
    },
    extensions: {},
  };
}

const WAYS = {
  "sign-in": { address: () => "/sign-in/passkey", answer: use },
  account: { address: () => "/account/passkey", answer: make },
  invitation: {
    address: (place) => `/invitation/${encodeURIComponent(place.dataset.token)}/passkey`,
    answer: make,
  },
};

async function go(place) {
  const way = WAYS[place.dataset.passkey];
  const address = way.address(place);
  const { token, options } = await post(`${address}/options`, {});
  const credential = await way.answer(options);
  const name = place.querySelector("input")?.value ?? "";
  const { to } = await post(address, { token, credential, name, to: place.dataset.to ?? "" });
  window.location.assign(to);
}

export function offerPasskeys(part) {
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  for (const place of part.querySelectorAll("[data-passkey]")) offer(place);
}

function offer(place) {
  place.hidden = false;
  const button = place.querySelector("button");
  const wrong = place.querySelector(".wrong");
  button.addEventListener("click", async () => {
    button.disabled = true;
    wrong.textContent = "";
    try {
      await go(place);
    } catch (error) {
      wrong.textContent = error instanceof Refused
        ? error.message
        : "Nothing came of it: no passkey answered. You can try again.";
      button.disabled = false;
    }
  });
}
