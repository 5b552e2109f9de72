// A real OpenID provider (npm `oidc-provider`, which is certified) on this machine. Whoever types
// an address at its door is that person; an address that begins with `unverified` is not verified.

import Provider from "oidc-provider";

export async function startIdentityProvider(port, client_secret, back) {
  const issuer = `http://localhost:${port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "duly", client_secret, redirect_uris: [back] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    pkce: { required: () => true },
    cookies: { keys: ["only for this test"] },
    async findAccount(_, id) {
      const [sub, email] = id.includes("=") ? id.split("=") : [id, id];
      return {
        accountId: id,
        claims: () => ({ sub, email, email_verified: !email.startsWith("unverified") }),
      };
    },
  });
  const server = await new Promise((ready) => {
    const started = provider.listen(port, "localhost", () => ready(started));
  });
  return {
    issuer,
    stop() {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}
