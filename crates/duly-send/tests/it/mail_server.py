"""A mail server for tests: aiosmtpd. Prints its port, then each mail it took as a line of JSON, as
Python's own mail library reads it.

Recipients that begin with `refused` get 550, with `busy` 451. Arguments: how the way is kept
(`plain`, `starttls`, `tls`), and a certificate with its key.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Keeper:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 nobody here by that name"
        if address.startswith("busy"):
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        seen = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": server.transport.get_extra_info("sslcontext") is not None,
            "login": session.authenticated,
            "headers": [[name, str(value)] for name, value in mail.items()],
            "body": mail.get_content(),
        }
        print(json.dumps(seen), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    right = LoginPassword(b"duly", b"correct-horse")
    # Not `handled`: the server itself answers that it is wrong.
    return AuthResult(success=data == right, handled=False)


async def main():
    way, certificate, key = sys.argv[1:4]
    context = None
    if way != "plain":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)

    def protocol():
        kept = way == "starttls"
        return SMTP(
            Keeper(),
            hostname="localhost",
            tls_context=context if kept else None,
            require_starttls=kept,
            authenticator=authenticate,
            auth_required=way != "plain",
            auth_require_tls=kept,
        )

    loop = asyncio.get_running_loop()
    wrapped = context if way == "tls" else None
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=wrapped)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
