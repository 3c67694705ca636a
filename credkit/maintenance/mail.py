"""Mail out: the only module that speaks SMTP (RFC 5321).

What SMTP can promise: a server that answers the end of the data with 250 has the mail. When the connection breaks between
that moment and its answer, nobody can know; the mail is then tried again with the same Message-ID, by which mailboxes tell
a second copy. So every mail arrives, and is there twice at most in that one case.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from pathlib import Path

from credkit.errors import UsageError
from credkit.settings import MailSettings


class Outcome(StrEnum):
    """What became of one try: sent; refused for good (5xx); or to be tried again (4xx, no answer, a broken connection)."""

    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Tried:
    """One try, and the server's last word."""

    outcome: Outcome
    answer: str


def message(settings: MailSettings, *, to: str, subject: str, text: str, message_id: str) -> EmailMessage:
    """Return a mail. Raises UsageError where an address or the subject holds a line break (a header of somebody's own)."""
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = settings.sender
        mail["To"] = to
        mail["Subject"] = subject
        if settings.reply_to:
            mail["Reply-To"] = settings.reply_to
        mail["Message-ID"] = message_id
        mail["Auto-Submitted"] = "auto-generated"
    except (ValueError, TypeError, IndexError) as error:
        raise UsageError(f"No mail can be sent to {to!r}: it is no address.") from error
    mail.set_content(text)
    return mail


class Post:
    """A connection to the mail server, opened when the first mail needs it, and again after it broke."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._open: smtplib.SMTP | None = None

    def send(self, mail: EmailMessage) -> Tried:
        """Try once to send a mail. Nothing is raised for what servers and networks do: it is the outcome."""
        try:
            server = self._server()
            server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            return Tried(_of(code), _words(code, words))
        except smtplib.SMTPResponseException as error:
            self.close()
            return Tried(_of(error.smtp_code), _words(error.smtp_code, error.smtp_error))
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            return Tried(Outcome.LATER, f"no answer: {type(error).__name__}")
        return Tried(Outcome.SENT, "accepted")

    def _server(self) -> smtplib.SMTP:
        if self._open is not None:
            return self._open
        settings = self._settings
        if settings.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=settings.timeout_seconds, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_seconds)
        self._open = server
        if settings.security == "starttls":
            server.starttls(context=ssl.create_default_context(cafile=settings.ca_file or None))
        if settings.user:
            server.login(settings.user, _password(settings))
        return server

    def close(self) -> None:
        """Hang up."""
        server, self._open = self._open, None
        if server is not None:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()


@contextmanager
def post(settings: MailSettings) -> Iterator[Post]:
    """Give a connection for the length of a block. Raises UsageError where mail is not set up."""
    if not settings.host or not settings.sender:
        raise UsageError(
            "Mail is not set up.",
            hint="Set host and sender under [mail] in the settings file, or write the reminders as files: --out DIR.",
        )
    opened = Post(settings)
    try:
        yield opened
    finally:
        opened.close()


def _password(settings: MailSettings) -> str:
    try:
        return Path(settings.password_file).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("The mail server's password cannot be read.", hint="Look at [mail] password_file.") from error


def _of(code: int) -> Outcome:
    return Outcome.REFUSED if 500 <= code < 600 else Outcome.LATER


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:200]
