"""A real mail server on this machine (aiosmtpd), which can also misbehave as mail servers do."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Office:
    """What arrived, and how to answer: `answers` are given one a mail, in turn, before the usual 250."""

    def __init__(self) -> None:
        self.arrived: list[Message] = []
        self.answers: list[str] = []
        self.port = 0

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if "nobody" in address:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "drop before":
            _hang_up(server)
            return "421 gone"
        if answer == "stall":
            await asyncio.sleep(3)
            return "421 too late"
        content = envelope.content
        assert isinstance(content, bytes)
        if not answer.startswith(("4", "5")):
            self.arrived.append(message_from_bytes(content))
        if answer == "drop after":
            _hang_up(server)
        return answer if answer[:1].isdigit() else "250 OK"

    def texts(self) -> list[str]:
        """Return the mails' texts."""
        found: list[Any] = [one.get_payload(decode=True) for one in self.arrived]
        return [text.decode() for text in found]


def _hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


@contextmanager
def open_office() -> Iterator[Office]:
    """Give a mail server for the length of a block."""
    office = Office()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        office.port = probe.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
