"""Archives made to harm the reader are refused."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib

import pytest
import zstandard

from govkit.collectors import zip_members
from govkit.collectors.zip_members import Archive
from govkit.errors import CollectorError


def archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", method) as target:
        warnings.simplefilter("ignore")  # zipfile warns of duplicate names, which is what some tests are about
        for name, content in members:
            target.writestr(name, content)
    return stream.getvalue()


def zstandard_archive(name: str, content: bytes, *, declared: int | None = None) -> bytes:
    """An archive with one member packed with method 93, which zipfile cannot write."""
    packed = zstandard.ZstdCompressor().compress(content)
    raw = archive((name, packed), method=zipfile.ZIP_STORED)
    size = len(content) if declared is None else declared
    crc = zlib.crc32(content)
    raw = bytearray(raw)
    central = raw.index(b"PK\x01\x02")
    for base, method_at, crc_at, size_at in ((0, 8, 14, 22), (central, 10, 16, 24)):
        struct.pack_into("<H", raw, base + method_at, 93)
        struct.pack_into("<I", raw, base + crc_at, crc)
        struct.pack_into("<I", raw, base + size_at, size)
    return bytes(raw)


def refused(content: bytes, member: str = "a") -> str:
    with pytest.raises(CollectorError) as caught:
        Archive(content).read(member)
    assert caught.value.fix
    return caught.value.what


def test_members_are_read_by_name() -> None:
    found = Archive(archive(("a", b"one"), ("b/c", b"two")))
    assert found.names() == ("a", "b/c")
    assert (found.read("a"), found.read("b/c"), found.read("d")) == (b"one", b"two", None)


def test_zstandard_members_are_read() -> None:
    text = b"score " * 1000
    assert Archive(zstandard_archive("a", text)).read("a") == text


def test_a_member_that_grows_too_much_is_refused() -> None:
    bomb = bytes(8 * 1024 * 1024)
    assert "grow" in refused(archive(("a", bomb)))
    assert "grow" in refused(zstandard_archive("a", bomb))


def test_a_member_larger_than_the_cap_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_members, "MAX_MEMBER_BYTES", 100)
    assert "MB" in refused(archive(("a", bytes(101))))


def test_a_directory_larger_than_the_cap_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_members, "MAX_ENTRIES", 2)
    assert "entries" in refused(archive(("a", b""), ("b", b""), ("c", b"")))


@pytest.mark.parametrize("declared", [10, 5000])
def test_a_forged_size_is_refused(declared: int) -> None:
    assert "bytes, and it does not" in refused(zstandard_archive("a", b"x" * 1000, declared=declared))
    raw = bytearray(archive(("a", bytes(range(256)) * 4)))
    struct.pack_into("<I", raw, raw.index(b"PK\x01\x02") + 24, declared)
    assert "again" in _fix(bytes(raw))


def _fix(content: bytes) -> str:
    with pytest.raises(CollectorError) as caught:
        Archive(content).read("a")
    return caught.value.fix


def test_content_that_does_not_match_its_checksum_is_refused() -> None:
    raw = bytearray(zstandard_archive("a", b"x" * 1000))
    struct.pack_into("<I", raw, raw.index(b"PK\x01\x02") + 16, 1)
    assert "checksum" in refused(bytes(raw))


def test_two_members_of_one_name_are_refused() -> None:
    assert "two entries" in refused(archive(("a", b"1"), ("a", b"2")))


@pytest.mark.parametrize("name", ["../a", "/a", "b/../../a", "..\\a", "C:/a"])
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    assert "leads elsewhere" in refused(archive((name, b"1")))


def test_an_encrypted_member_is_refused() -> None:
    raw = bytearray(archive(("a", b"1")))
    struct.pack_into("<H", raw, raw.index(b"PK\x01\x02") + 8, 1)
    assert "encrypted" in refused(bytes(raw))


def test_a_broken_archive_is_refused() -> None:
    whole = archive(("a", b"x" * 1000))
    for content in (b"PK\x03\x04", whole[:-10], whole[: len(whole) // 2], b"PK\x05\x06" + bytes(10)):
        assert "broken zip" in refused(content)


def test_an_unknown_method_is_refused() -> None:
    raw = bytearray(archive(("a", b"1")))
    struct.pack_into("<H", raw, raw.index(b"PK\x01\x02") + 10, 97)
    assert "broken zip" in refused(bytes(raw))
