"""Files that travel in a conversation: their true type by content, pictures re-encoded without metadata, safe names."""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from zhanggui.foundation.errors import Invalid, TooLarge

PIXELS = 40_000_000
LONGEST = 2_560
THUMB = 480
DIRECTORY = 1024 * 1024
UNPACKED = 300 * 1024 * 1024
_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+')
_FILMS = frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash"})
_3GP = b"3g"
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_EXTENSION = {
    "application/pdf": ".pdf", "application/msword": ".doc", "text/plain": ".txt", "text/csv": ".csv",
    "video/mp4": ".mp4", "video/webm": ".webm", "video/quicktime": ".mov",
    _OFFICE["word/"]: ".docx", _OFFICE["xl/"]: ".xlsx", _OFFICE["ppt/"]: ".pptx",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file ready to be kept: what it truly is, its bytes, and a small picture where it is one."""

    kind: str
    type: str
    name: str
    data: bytes
    width: int | None = None
    height: int | None = None
    thumb: bytes | None = None


def safe_name(name: str, type_: str = "") -> str:
    """Return a file name without path, control or direction characters, ending as its true type does."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = _NAME.sub("_", last).strip(" .")[:80] or "file"
    wanted = _EXTENSION.get(type_)
    if wanted and not clean.lower().endswith(wanted):
        clean += wanted
    return clean


def prepare(data: bytes, name: str, *, limit_mb: int, video_mb: int, videos: bool) -> Prepared:
    """Return the file as it may be kept and shown, or refuse it. What it is, is told by its bytes, not its name.

    Slow (pictures are decoded and written anew): call it in a thread.
    """
    picture = _picture(data)
    if picture is not None:
        if len(data) > limit_mb * 1024 * 1024:
            raise TooLarge("chat.file_too_large", limit=limit_mb)
        return picture
    type_ = sniff(data)
    if type_.startswith("video/"):
        if not videos:
            raise Invalid("chat.file_type", field="file", type=type_)
        if len(data) > video_mb * 1024 * 1024:
            raise TooLarge("chat.file_too_large", limit=video_mb)
        return Prepared("video", type_, safe_name(name, type_), data)
    if type_ not in _EXTENSION:
        raise Invalid("chat.file_type", field="file", type=Path(name).suffix[:12] or "?")
    if len(data) > limit_mb * 1024 * 1024:
        raise TooLarge("chat.file_too_large", limit=limit_mb)
    return Prepared("file", type_, safe_name(name, type_), data)


def sniff(data: bytes) -> str:
    """Return the media type that the bytes themselves show, "" when it is none that we take."""
    if data[:5] == b"%PDF-":
        return "application/pdf"
    if data[4:8] == b"ftyp":
        return _film(data[8:12])
    if data[:4] == b"\x1aE\xdf\xa3":
        return "video/webm"
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return "application/msword"
    if data[:4] == b"PK\x03\x04":
        return _office(data)
    return "text/plain" if _is_text(data) else ""


def _film(brand: bytes) -> str:
    """Photographs (HEIC, AVIF) and sound come in the same box; their brand tells them apart."""
    if brand[:2] == b"qt":
        return "video/quicktime"
    return "video/mp4" if brand in _FILMS or brand[:2] == _3GP else ""


def _directory_is_small(data: bytes) -> bool:
    """Look before the list of contents is read: one made of a million names would fill the memory."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    return 0 <= end <= len(data) - 22 and int.from_bytes(data[end + 12 : end + 16], "little") <= DIRECTORY


def _office(data: bytes) -> str:
    if not _directory_is_small(data):
        return ""
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ""
    names = [part.filename for part in parts]
    if sum(part.file_size for part in parts) > UNPACKED:
        return ""
    if any(name.endswith(("vbaProject.bin", ".exe", ".js")) for name in names):
        return ""
    return next((type_ for part, type_ in _OFFICE.items() if any(n.startswith(part) for n in names)), "")


def _is_text(data: bytes) -> bool:
    head = data[:4096].removeprefix(b"\xef\xbb\xbf")
    if not head.strip() or _CONTROL.search(data) or head.lstrip()[:1] == b"<" or head[:2] == b"#!":
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            data.decode("gb18030")
        except UnicodeDecodeError:
            return False
    return True


_BROKEN = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, IndexError,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


def _picture(data: bytes) -> Prepared | None:
    """Return a picture written anew (no metadata, upright, bounded), or None when the bytes are no picture."""
    if data[:4] not in (b"\x89PNG", b"RIFF", b"GIF8") and data[:3] != b"\xff\xd8\xff":
        return None
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP")) as image:
            if image.width * image.height > PIXELS:
                raise Invalid("chat.picture_broken", field="file")
            image.draft("RGB", (LONGEST, LONGEST))  # a large photograph is never unfolded whole
            upright = ImageOps.exif_transpose(image)
            alpha = upright.mode in ("RGBA", "LA", "P") and (upright.mode != "P" or "transparency" in upright.info)
            plain = upright.convert("RGBA" if alpha else "RGB")
    except _BROKEN as error:
        raise Invalid("chat.picture_broken", field="file") from error
    plain.thumbnail((LONGEST, LONGEST))
    full = _encode(plain, alpha=alpha)
    small = plain.copy()
    small.thumbnail((THUMB, THUMB))
    type_ = "image/png" if alpha else "image/jpeg"
    name = "picture.png" if alpha else "picture.jpg"
    return Prepared("image", type_, name, full, plain.width, plain.height, _encode(small, alpha=alpha))


def _encode(image: Image.Image, *, alpha: bool) -> bytes:
    out = io.BytesIO()
    if alpha:
        image.save(out, "PNG", optimize=False)
    else:
        image.save(out, "JPEG", quality=86)
    return out.getvalue()


def path_of(folder: Path, store: str) -> Path:
    """Return where the bytes of a stored file lie."""
    return folder / "files" / store[-2:] / store


def keep(folder: Path, store: str, prepared: Prepared) -> None:
    """Write the bytes so that they are either whole or not there."""
    path = path_of(folder, store)
    path.parent.mkdir(parents=True, exist_ok=True)
    for suffix, data in (("", prepared.data), (".thumb", prepared.thumb)):
        if data is not None:
            part = path.with_name(path.name + suffix + ".part")
            part.write_bytes(data)
            part.replace(path.with_name(path.name + suffix))
