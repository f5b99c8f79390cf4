"""Plain text and CSV: UTF-8, UTF-16 with its mark, or the Windows code page of Cyrillic. Nothing a browser or a shell would run."""

import codecs
from typing import BinaryIO, Final

from .faults import ContentError

_CHUNK: Final = 1 << 16
_MARKUP: Final = ("<!doctype", "<html", "<svg", "<?xml", "<script", "<?php", "<iframe", "<head", "<body")
_KEPT: Final = frozenset("\t\n\r\f")
_HEAD_LETTERS: Final = 4096


def check(file: BinaryIO, _size: int) -> None:
    """Raises ``ContentError("not_text")`` or ``ContentError("markup")``."""
    file.seek(0)
    mark = file.read(4)
    wide = mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1251"):
        file.seek(0)
        try:
            _read(file, encoding)
        except UnicodeDecodeError:
            continue
        return
    raise ContentError("not_text")


def _read(file: BinaryIO, encoding: str) -> None:
    decoder, head, looked = codecs.getincrementaldecoder(encoding)(), "", False
    while True:
        block = file.read(_CHUNK)
        text = decoder.decode(block, final=not block)
        if any(letter < " " and letter not in _KEPT for letter in text) or "\x7f" in text:
            raise ContentError("not_text")
        if not looked:
            head += text
            if len(head) >= _HEAD_LETTERS or not block:
                looked = True
                if any(mark in head[:_HEAD_LETTERS].lower() for mark in _MARKUP):
                    raise ContentError("markup")
        if not block:
            return
