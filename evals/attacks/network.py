"""Whether anything goes out: a guard that lets this process reach loopback only, and a server that hears."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from typing import Any


class Outbound:
    """The attempts to leave this machine, in the order in which they were made."""

    def __init__(self) -> None:
        """Begin with none."""
        self.attempts: list[str] = []

    def refuse(self, host: object) -> None:
        """Note an attempt and stop it; loopback passes."""
        if not _is_loopback(host):
            self.attempts.append(str(host))
            raise OSError(f"{host} is not on this machine; the attack run reaches loopback only")


def _is_loopback(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    try:
        return name == "localhost" or ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


@contextmanager
def guarded() -> Iterator[Outbound]:
    """Refuse and count every name that is looked up and every address that is connected or sent to.

    Covers what goes through Python's `socket`. What a child process fetches is heard by `Listener`, whose
    address the cases carry.
    """
    outbound = Outbound()
    kept = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")}
    looked_up = {name: getattr(socket, name) for name in ("getaddrinfo", "gethostbyname")}

    def of_socket(name: str) -> Any:
        def checked(self: socket.socket, *given: Any) -> Any:
            address = given[-1]
            if self.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
                outbound.refuse(address[0])
            return kept[name](self, *given)

        return checked

    def of_name(name: str) -> Any:
        def checked(host: Any, *given: Any, **named: Any) -> Any:
            outbound.refuse(host)
            return looked_up[name](host, *given, **named)

        return checked

    try:
        for name in kept:
            setattr(socket.socket, name, of_socket(name))
        for name in looked_up:
            setattr(socket, name, of_name(name))
        yield outbound
    finally:
        for name, original in kept.items():
            setattr(socket.socket, name, original)
        for name, original in looked_up.items():
            setattr(socket, name, original)


class Listener:
    """A server on loopback that only counts who comes: what a case would have fetched points at it."""

    def __init__(self) -> None:
        """Listen on a free port."""
        self.requests: list[str] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:  # closed
                return
            with connection:
                connection.settimeout(2)
                with suppress(OSError):
                    line = connection.recv(2_000).split(b"\r\n")[0]
                    self.requests.append(line.decode("utf-8", "replace"))
                    connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
