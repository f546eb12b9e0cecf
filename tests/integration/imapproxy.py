"""imapproxy.py - stands between us and Dovecot without TLS: sees each command, and does as the story says."""

import contextlib
import select
import socket
import threading
import time


class Proxy:
    """On each command that `watch` (bytes) is in, hook(line, forward) is called: forward() sends it on and waits for the server's tagged answer, which the
    client does not get until the hook has returned True. The hook returns False to drop the connection."""

    def __init__(self, port):
        self.port_behind = port
        self.watch, self.hook = None, None
        self.stalled = False       # nothing passes, either way
        self.delay = 0             # of each piece, either way
        self.open = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def on(self, watch, hook):
        self.watch, self.hook = watch, hook

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                threading.Thread(target=self.connection, args=(near,), daemon=True).start()

    def connection(self, near):
        with contextlib.suppress(OSError), near:
            with socket.create_connection(("127.0.0.1", self.port_behind)) as far:
                self.open += [near, far]
                while True:
                    for one in select.select([near, far], [], [])[0]:
                        while self.stalled:
                            time.sleep(0.02)
                        data = one.recv(65536)
                        time.sleep(self.delay)
                        if not data or not (self.to_server(data, far, near) if one is near else self.pass_on(near, data)):
                            return

    @staticmethod
    def pass_on(to, data):
        to.sendall(data)
        return True

    def to_server(self, data, far, near):
        line = data.split(b"\r\n")[0]
        if self.watch is None or self.watch not in line:
            return self.pass_on(far, data)
        answer = []

        def forward():
            far.sendall(data)
            tag = line.split(b" ")[0]
            while not any(part.startswith(tag + b" ") for part in b"".join(answer).split(b"\r\n")[:-1]):
                got = far.recv(65536)
                if not got:
                    return
                answer.append(got)

        if not self.hook(line, forward):
            return False
        if not answer:
            far.sendall(data)
        return self.pass_on(near, b"".join(answer))

    def drop(self):
        for one in self.open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self.open = []

    def close(self):
        self.listener.close()
        self.drop()
