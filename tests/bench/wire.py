"""A proxy in front of PostgreSQL that writes down which statements go by, in order.

It proves that the pgbench scripts still send what the service sends: the server's log would
need a superuser and its file, an extension a restart.
"""

import re
import socket
import struct
import threading


class Wire:
    """Listens on a free port and passes everything on to `target` (host, port)."""

    def __init__(self, target):
        self.target = target
        self.executed = []  # (connection, statement)
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def take(self):
        """What was executed since the last call."""
        with self.lock:
            taken, self.executed = self.executed, []
        return taken

    def _accept(self):
        number = 0
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            number += 1
            server = socket.create_connection(self.target)
            for sock in (client, server):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._read, args=(number, client, server), daemon=True).start()
            threading.Thread(target=_pump, args=(server, client), daemon=True).start()

    def _read(self, number, client, server):
        """Client to server, message by message (PostgreSQL's protocol 3)."""
        texts, portals, started = {}, {}, False
        buffer = b""
        while True:
            try:
                data = client.recv(65536)
            except OSError:
                data = b""
            if not data:
                server.close()
                return
            buffer += data
            while True:
                head = 5 if started else 4
                if len(buffer) < head:
                    break
                size = struct.unpack(">I", buffer[head - 4 : head])[0] + head - 4
                if len(buffer) < size:
                    break
                message, buffer = buffer[:size], buffer[size:]
                if started:
                    self._note(number, chr(message[0]), message[5:], texts, portals)
                elif message[4:8] == struct.pack(">I", 196608):
                    started = True
            try:
                server.sendall(data)
            except OSError:
                return

    def _note(self, number, kind, body, texts, portals):
        if kind == "P":
            name, text = body.split(b"\0")[:2]
            texts[name] = text.decode()
        elif kind == "B":
            portal, name = body.split(b"\0")[:2]
            portals[portal] = name
        elif kind in "EQ":
            first = body.split(b"\0")[0]
            text = texts[portals[first]] if kind == "E" else first.decode()
            with self.lock:
                self.executed.append((number, text))


def _pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    sink.close()


TABLE = re.compile(r"\b(?:from|into|update|join)\s+\"?([a-z_]+)", re.I)


def shape(statement):
    """What a statement is known by: its verb and the tables it names, in alphabetical order."""
    verb = statement.split(None, 1)[0].strip(";").lower()
    if verb in ("begin", "start", "commit", "end"):
        return "end" if verb in ("commit", "end") else "begin"
    tables = {name.lower() for name in TABLE.findall(statement)} - {"select"}
    locking = " for update" if re.search(r"\bfor update\b", statement, re.I) else ""
    return f"{verb} {','.join(sorted(tables))}{locking}"


def request_of(executed):
    """The shapes of one write: its look-up of the caller, then its transaction.

    What the background jobs send on other connections is left out: the transaction is the one
    that stores the answer to the idempotency key.
    """
    answer = [n for n, text in executed if shape(text) == "insert idempotency_key"]
    if len(answer) != 1:
        raise SystemExit(f"expected one stored answer, met {len(answer)}")
    own = [shape(text) for n, text in executed if n == answer[0]]
    stored = own.index("insert idempotency_key")
    last = own.index("end", stored)
    first = stored - own[:stored][::-1].index("begin") - 1
    caller = [shape(text) for _, text in executed if re.search(r'from "account"', text, re.I)]
    return caller + own[first : last + 1]


def script_of(path):
    """The shapes of a pgbench script."""
    with open(path, encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith(("--", "\\"))]
    text = re.sub(r"\\gset \w*", ";", "".join(lines))
    statements = [part.strip() for part in text.split(";")]
    return [shape(statement) for statement in statements if statement]
