"""What a file is, its bytes say; a picture is written anew; a name is only a name."""

import io
import random
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from zhanggui.chat.files import LONGEST, THUMB, prepare, safe_name, sniff
from zhanggui.foundation.errors import Invalid, TooLarge, ZhangguiError

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def a_picture(kind: str = "JPEG", *, size: tuple[int, int] = (64, 40), mode: str = "RGB", exif: bytes = b"") -> bytes:
    out = io.BytesIO()
    more = {"exif": exif} if exif else {}
    Image.new(mode, size, 90).save(out, kind, **more)
    return out.getvalue()


def a_zip(*names: str, size: int = 3) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, b"0" * size)
    return out.getvalue()


def prepared(data: bytes, name: str = "a", *, limit: int = 1, video: int = 1, videos: bool = True):
    return prepare(data, name, limit_mb=limit, video_mb=video, videos=videos)


@pytest.mark.parametrize(
    ("data", "type_"),
    [
        (b"%PDF-1.7 x", "application/pdf"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"\x00\x00\x00\x14ftypqt  ", "video/quicktime"),
        (b"\x00\x00\x00\x14ftypheic", ""),
        (b"\x00\x00\x00\x14ftypavif", ""),
        (b"\x00\x00\x00\x14ftypM4A ", ""),
        (b"\x1aE\xdf\xa3webm", "video/webm"),
        (a_zip("word/document.xml"), DOCX),
        (a_zip("word/document.xml", "word/vbaProject.bin"), ""),
        (a_zip("evil.exe"), ""),
        (a_zip("META-INF/MANIFEST.MF", "a.class"), ""),
        ("尺码表：S 88、M 92".encode(), "text/plain"),
        ("尺码表".encode("gb18030"), "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", ""),
        (b"\xef\xbb\xbf<svg onload=alert(1)>", ""),
        (b"  \n<!doctype html><script>", ""),
        (b"#!/bin/sh\nrm -rf", ""),
        (b"MZ\x90\x00\x03", ""),
        (b"\x7fELF\x02\x01", ""),
        (b"text and then\x00 something" + b" " * 5000 + b"\x00", ""),
        (b"", ""),
        (b"   ", ""),
        (b"PK\x03\x04 not a zip", ""),
    ],
)
def test_what_it_is_is_told_by_its_bytes(data: bytes, type_: str):
    assert sniff(data) == type_


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.png", "a.svg", "a.html"])
@pytest.mark.parametrize("data", [b"<html><script>", b"MZ\x90\x00", b"\x89PNG but not really", a_zip("x.js")])
def test_a_name_that_lies_helps_nobody(name: str, data: bytes):
    with pytest.raises(Invalid):
        prepared(data, name)


def test_a_list_of_a_million_names_is_not_read():
    data = bytearray(a_zip("word/document.xml"))
    end = data.rfind(b"PK\x05\x06")
    data[end + 12 : end + 16] = (64 * 1024 * 1024).to_bytes(4, "little")
    assert sniff(bytes(data)) == ""


def test_a_bomb_in_a_document_is_refused():
    data = a_zip(*(f"word/{n}.xml" for n in range(8)), size=45 * 1024 * 1024)
    assert len(data) < 1024 * 1024
    assert sniff(data) == ""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_pictures_are_written_anew_with_a_small_one(kind: str):
    done = prepared(a_picture(kind, size=(600, 300)), "../../etc/<b>.png")
    assert (done.kind, done.width, done.height) == ("image", 600, 300)
    assert done.name in ("picture.jpg", "picture.png")
    assert done.thumb is not None
    with Image.open(io.BytesIO(done.thumb)) as small:
        assert max(small.size) == THUMB


def test_where_it_was_taken_is_gone():
    exif = Image.Exif()
    exif[0x010F] = "canary-maker"
    exif[0x0112] = 6  # lying on its side
    data = a_picture(size=(80, 40), exif=exif.tobytes())
    assert b"canary" in data
    done = prepared(data)
    assert b"canary" not in done.data
    assert (done.width, done.height) == (40, 80), "upright, since nothing says any more that it lies"
    with Image.open(io.BytesIO(done.data)) as image:
        assert not image.getexif()


def test_what_hides_behind_a_picture_is_gone():
    done = prepared(a_picture("PNG") + b"<script>canary</script>" + a_zip("a.exe"))
    assert b"canary" not in done.data
    assert b"PK\x03\x04" not in done.data


def test_a_large_photograph_becomes_smaller():
    done = prepared(a_picture(size=(4000, 3000)), limit=20)
    assert max(done.width or 0, done.height or 0) == LONGEST


def test_transparency_stays():
    assert prepared(a_picture("PNG", mode="RGBA")).type == "image/png"
    assert prepared(a_picture("PNG", mode="L")).type == "image/jpeg"


@pytest.mark.parametrize("size", [(30_000, 30_000), (60_000, 700)])
def test_a_bomb_of_pixels_is_not_unfolded(size: tuple[int, int]):
    data = bytearray(a_picture("PNG", mode="1", size=(8, 8)))
    data[16:24] = size[0].to_bytes(4, "big") + size[1].to_bytes(4, "big")

    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    with pytest.raises(Invalid):
        prepared(bytes(data))


def test_too_much_is_too_much():
    with pytest.raises(TooLarge):
        prepared(b"%PDF-" + b"x" * 1024 * 1024)
    with pytest.raises(TooLarge):
        prepared(b"\x00\x00\x00\x18ftypmp42" + b"x" * 1024 * 1024)
    assert prepared(b"\x00\x00\x00\x18ftypmp42" + b"x" * 1024 * 1024, video=2).kind == "video"
    with pytest.raises(Invalid):
        prepared(b"\x00\x00\x00\x18ftypmp42", videos=False)


@given(st.integers(0, 10**9))
@settings(max_examples=150, deadline=None)
def test_broken_pictures_are_refused_or_written_anew(seed: int):
    """Never an error nobody knows."""
    chance = random.Random(seed)
    data = bytearray(a_picture(chance.choice(["JPEG", "PNG", "GIF", "WEBP"]), mode=chance.choice(["RGB", "L"])))
    for _ in range(chance.randint(1, 12)):
        data[chance.randrange(4, len(data))] = chance.randrange(256)
    if chance.random() < 0.3:
        del data[chance.randrange(8, len(data)) :]
    try:
        done = prepared(bytes(data))
    except ZhangguiError:
        return
    assert done.kind == "image"


@given(st.binary(max_size=400), st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_bytes_and_any_name_are_a_file_or_a_refusal(data: bytes, name: str):
    try:
        done = prepared(data, name)
    except ZhangguiError:
        return
    assert done.kind in ("file", "video", "image")


@pytest.mark.parametrize(
    ("name", "type_", "shown"),
    [
        ("报价单.pdf", "application/pdf", "报价单.pdf"),
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\Users\\x\\发票.pdf", "application/pdf", "发票.pdf"),
        ("invoice\u202efdp.exe", "application/pdf", "invoice_fdp.exe.pdf"),
        ("a\u200bb\ufeff.txt", "text/plain", "a_b_.txt"),
        ('<img src=x onerror="alert(1)">.pdf', "application/pdf", None),
        ("a\r\nSet-Cookie: x.pdf", "application/pdf", None),
        ("", "application/pdf", "file.pdf"),
        ("...", "application/pdf", "file.pdf"),
    ],
)
def test_a_name_is_only_a_name(name: str, type_: str, shown: str | None):
    found = safe_name(name, type_)
    assert shown is None or found == shown
    assert not set(found) & set('<>:"/\\|?*\r\n\u202e')
    assert found.endswith((".pdf", ".txt"))


@given(st.text(max_size=300))
def test_no_name_is_a_path_or_longer_than_it_may_be(name: str):
    found = safe_name(name, "application/pdf")
    assert 1 <= len(found) <= 84
    assert "/" not in found
    assert "\\" not in found
    assert found.strip(" .") == found
