"""Secrets at rest: sealed with keys of the operator, found again by a keyed hash, and named in signed links."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from itsdangerous import BadData, URLSafeSerializer

from bot.domain.errors import BadConfiguration, StoreError, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

MAKE_ONE: Final = 'Set PAPERROUND_SEAL_KEYS; a key is made by: python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
_FINDING: Final = b"paperround: finding"
_SIGNING: Final = b"paperround: signing"
_LONGEST_TOKEN: Final = 2_000


class Sealer:
    """Seals short secrets with the first of *keys*; what an older one sealed or signed still opens.

    Each key is 32 bytes in URL-safe base64, as ``Fernet.generate_key`` makes it (https://cryptography.io/en/latest/fernet/).
    To rotate put a new one in front; drop an old one when everything was sealed anew (`renewed`).
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise BadConfiguration("There is no key to seal secrets with.", hint=MAKE_ONE)
        try:
            self._sealing = MultiFernet([Fernet(key) for key in keys])
        except ValueError:  # its text may hold the key
            raise BadConfiguration(
                "A key to seal secrets with is not 32 bytes in URL-safe base64.", hint=MAKE_ONE
            ) from None
        self._finding = [_derived(key, _FINDING) for key in keys]
        self._signing = [
            _derived(key, _SIGNING) for key in reversed(keys)
        ]  # itsdangerous signs with the last

    def seal(self, secret: str) -> str:
        """*secret*, encrypted and authenticated: ASCII, another text each time."""
        return self._sealing.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """What was sealed; raises `StoreError` if none of the keys did it."""
        try:
            return self._sealing.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise _no_key() from None

    def renewed(self, sealed: str) -> str:
        """The same secret sealed with the newest key; raises `StoreError` if no key opens it."""
        try:
            return self._sealing.rotate(sealed.encode()).decode()
        except InvalidToken:
            raise _no_key() from None

    def hashes(self, secret: str) -> tuple[str, ...]:
        """What finds *secret* without telling it: a keyed hash by each key, the newest first, 64 signs of ``0-9a-f``."""
        return tuple(hmac.new(key, secret.encode(), hashlib.sha256).hexdigest() for key in self._finding)

    def sign(self, purpose: str, *parts: str) -> str:
        """*parts* as text for an address, which only we can have made, and only for *purpose*; it does not expire."""
        return str(self._signer(purpose).dumps(parts))

    def signed(self, purpose: str, token: str) -> tuple[str, ...]:
        """The parts that `sign` was given for *purpose*; raises `Unknown` if *token* is not whole or not ours."""
        try:
            parts = self._signer(purpose).loads(token[:_LONGEST_TOKEN])
        except BadData:
            raise Unknown(
                "This link is not whole.", hint="Open it from the mail again, all of it to its last sign."
            ) from None
        return tuple(parts)

    def _signer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._signing, salt=purpose, signer_kwargs={"digest_method": hashlib.sha256})


def _derived(key: str, purpose: bytes) -> bytes:
    """A key of its own for *purpose*, so that what one of them tells says nothing about another."""
    return hmac.new(key.encode(), purpose, hashlib.sha256).digest()


def _no_key() -> StoreError:
    return StoreError(
        "What is sealed in the store cannot be opened with the keys that are set.",
        hint="Put the key that it was sealed with back into PAPERROUND_SEAL_KEYS, behind the newest.",
    )
