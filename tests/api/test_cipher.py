"""Secrets at rest, and the settings that hold the keys."""

import pytest
from pydantic import ValidationError

from service.settings import Settings
from service.store.cipher import Cipher, Sealed, UndecipherableError, new_key

OAK = Sealed("oak", "tokens")


def test_what_is_encrypted_comes_back() -> None:
    cipher = Cipher.from_text(new_key())

    sealed = cipher.encrypt(b"secret", OAK)

    assert b"secret" not in sealed
    assert cipher.decrypt(sealed, OAK) == b"secret"
    assert cipher.encrypt(b"secret", OAK) != sealed


@pytest.mark.parametrize(
    "elsewhere", [Sealed("elm", "tokens"), Sealed("oak", "other"), Sealed("oaktokens", "")]
)
def test_a_moved_ciphertext_does_not_decrypt(elsewhere: Sealed) -> None:
    cipher = Cipher.from_text(new_key())

    with pytest.raises(UndecipherableError):
        cipher.decrypt(cipher.encrypt(b"secret", OAK), elsewhere)


def test_an_altered_ciphertext_does_not_decrypt() -> None:
    cipher = Cipher.from_text(new_key())
    sealed = cipher.encrypt(b"secret", OAK)

    for at in range(len(sealed)):
        altered = bytearray(sealed)
        altered[at] ^= 1
        with pytest.raises(UndecipherableError):
            cipher.decrypt(bytes(altered), OAK)
    for length in range(len(sealed)):
        with pytest.raises(UndecipherableError):
            cipher.decrypt(sealed[:length], OAK)


def test_keys_rotate() -> None:
    old, new = new_key("old"), new_key("new")
    sealed = Cipher.from_text(old).encrypt(b"secret", OAK)

    both = Cipher.from_text(f"{new}, {old}")

    assert both.decrypt(sealed, OAK) == b"secret"
    with pytest.raises(UndecipherableError):
        Cipher.from_text(old).decrypt(both.encrypt(b"secret", OAK), OAK)


@pytest.mark.parametrize("text", ["", "k1", "k1:short", "k1:!!!", f"{new_key('a')},{new_key('a')}"])
def test_bad_keys_are_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="key") as caught:
        Cipher.from_text(text)

    assert text == "" or text not in str(caught.value)


def test_embedded_settings_need_nothing() -> None:
    settings = Settings(embedded=True)

    assert settings.database == "sqlite:///var/quickbooks-sync.db"
    assert settings.webhook_tokens == ()


def test_otherwise_each_missing_secret_is_named() -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(database_url="sqlite:///x.db")

    for name in ("SYNC_REDIS_URL", "SYNC_ENCRYPTION_KEYS", "SYNC_QUICKBOOKS_CLIENT_SECRET"):
        assert name in str(caught.value)
    assert "SYNC_DATABASE_URL" not in str(caught.value)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNC_EMBEDDED", "true")
    monkeypatch.setenv("SYNC_QUICKBOOKS_WEBHOOK_TOKENS", "one, two")
    monkeypatch.setenv("SYNC_ENCRYPTION_KEYS", "k1:secret")
    monkeypatch.setenv("SYNC_LOG_LEVEL", "DEBUG")

    settings = Settings()

    assert settings.webhook_tokens == ("one", "two")
    assert settings.log_level == "debug"
    assert "k1:secret" not in repr(settings)
