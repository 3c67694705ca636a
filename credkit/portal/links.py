"""Links and tokens: what only this store's key can have made. Pure but for the key's own file."""

import hmac
import os
import secrets
import stat
from hashlib import sha256
from pathlib import Path

from itsdangerous import BadData, URLSafeSerializer

from credkit.errors import IntegrityError, UsageError
from credkit.records import LinkKind

_KEY_BYTES = 32
_LONGEST_TOKEN = 200


def key_beside(store: Path) -> bytes:
    """Return the key of a store's portal, which is made where there is none: a file that its owner alone can read, beside the
    database and not in it, so that a copy of the database opens nobody's page.

    Raises UsageError where others may read it, IntegrityError where it is no key.
    """
    path = store.with_name(store.name + ".portal-key")
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return _kept(path)
    except OSError as error:
        raise UsageError(f"The portal's key cannot be written to {path}: {error.strerror}.") from error
    key = secrets.token_bytes(_KEY_BYTES)
    with os.fdopen(handle, "wb") as file:
        file.write(key.hex().encode())
    return key


def _kept(path: Path) -> bytes:
    try:
        if os.name != "nt" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise UsageError(
                f"Others may read the portal's key {path}.",
                hint=f"chmod 600 {path}; if somebody may have read it, delete it: every link must be made anew then.",
            )
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except OSError as error:
        raise UsageError(f"The portal's key {path} cannot be read: {error.strerror}.") from error
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise IntegrityError(f"{path} is no key of the portal.", hint="Delete it, and make the links anew.")
    return key


def token(key: bytes, kind: LinkKind, link_id: str) -> str:
    """Return the part of a link's address that names it."""
    signed: str = URLSafeSerializer(key, salt=f"credkit {kind}", signer_kwargs=_SIGNER).dumps(link_id)
    return signed


def link_of(key: bytes, kind: LinkKind, text: str) -> str | None:
    """Return the id of the link that a token names, None where this store's key did not sign it for such a link."""
    if len(text) > _LONGEST_TOKEN or not text.isascii():
        return None
    try:
        named = URLSafeSerializer(key, salt=f"credkit {kind}", signer_kwargs=_SIGNER).loads(text)
    except BadData:
        return None
    return named if isinstance(named, str) else None


def form_token(key: bytes, cookie: str) -> str:
    """Return what every form carries, so that a page of somebody else's cannot send one."""
    return hmac.new(key, f"form {cookie}".encode(), sha256).hexdigest()


def is_form_token(key: bytes, cookie: str, given: str) -> bool:
    """Say whether a form carries the token of its own visitor."""
    return hmac.compare_digest(form_token(key, cookie).encode(), given.encode())


_SIGNER = {"digest_method": sha256}
