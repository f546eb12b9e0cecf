"""smtp_sink.py - an SMTP server that does as it is told."""

import threading

from ground import free_port, wait_for


class Received:
    """One mail as the sink got it."""

    def __init__(self, sender, recipients, data, helo, user, tls, options):
        self.sender = sender
        self.recipients = recipients
        self.data = data
        self.helo = helo
        self.user = user
        self.tls = tls
        self.options = options

    @property
    def message(self):
        import email
        import email.policy
        return email.message_from_bytes(self.data, policy=email.policy.default)


class Sink:
    """Records envelopes and bytes on a loopback port. script("RCPT", "450 4.2.1 later", times=2) answers a command
    otherwise; an answer of None closes the connection without one."""

    def __init__(self, port=None, context=None, implicit_tls=False, accounts=None):
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult

        self.mails = []
        self.sessions = 0
        self.port = port or free_port()
        self._scripts = {"MAIL": [], "RCPT": [], "DATA": []}
        self._lock = threading.Lock()
        sink = self

        class Handler:
            async def handle_EHLO(self, server, session, envelope, hostname, responses):
                sink.sessions += 1
                session.host_name = hostname
                return responses

            async def handle_MAIL(self, server, session, envelope, address, options):
                answer = sink._next("MAIL", address, server)
                if answer is None:
                    envelope.mail_from = address
                    envelope.mail_options.extend(options)
                    return "250 2.1.0 ok"
                return answer

            async def handle_RCPT(self, server, session, envelope, address, options):
                answer = sink._next("RCPT", address, server)
                if answer is None:
                    envelope.rcpt_tos.append(address)
                    return "250 2.1.5 ok"
                return answer

            async def handle_DATA(self, server, session, envelope):
                answer = sink._next("DATA", envelope.rcpt_tos[0], server)
                if answer is None:
                    with sink._lock:
                        sink.mails.append(Received(envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content,
                                                   session.host_name, session.auth_data, implicit_tls or session.ssl is not None,
                                                   list(envelope.mail_options)))
                    return "250 2.0.0 taken"
                return answer

        def authenticate(server, session, envelope, mechanism, auth_data):
            name, password = auth_data.login.decode(), auth_data.password.decode()
            good = (accounts or {}).get(name) == password
            return AuthResult(success=good, handled=False, auth_data=name if good else None)

        options = {"enable_SMTPUTF8": True, "data_size_limit": 0, "ident": "sink"}
        if accounts is not None:
            options |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": context is not None and not implicit_tls}
        if context is not None and not implicit_tls:
            options |= {"tls_context": context}
        self._controller = Controller(Handler(), hostname="127.0.0.1", port=self.port,
                                      ssl_context=context if implicit_tls else None, server_kwargs=options)
        self._controller.start()

    def script(self, command, answer, times=1, address=None):
        """Answer the next `times` commands (of that address) so; times=None: always."""
        with self._lock:
            self._scripts[command].append([times, address, answer])

    def _next(self, command, address, server):
        with self._lock:
            for entry in self._scripts[command]:
                if entry[0] == 0 or entry[1] not in (None, address):
                    continue
                if entry[0] is not None:
                    entry[0] -= 1
                if entry[2] is None:
                    server.transport.abort()
                    return "421 4.3.2 closing"
                return entry[2]
        return None

    def clear_scripts(self):
        with self._lock:
            for entries in self._scripts.values():
                entries.clear()

    def wait(self, count, timeout=60):
        wait_for(f"{count} mails in the sink (there are {len(self.mails)})", lambda: len(self.mails) >= count, timeout)
        return self.mails

    def to(self, address):
        return [mail for mail in self.mails if address in mail.recipients]

    def close(self):
        self._controller.stop()
