"""Bytes to text, only when the encoding is certain."""

import codecs

from sheber.kit.exchange.reading.problems import Place, Problems, RefusedError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode(data: bytes, problems: Problems) -> str:
    """UTF-8 with or without a mark, UTF-16 with a mark, or Windows-1251 when the letters leave no doubt.

    Raises
    ------
    RefusedError
        ``binary_file`` (NUL bytes), ``encoding_broken`` (marked, but not what the mark says), ``encoding_unknown``.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
            except UnicodeDecodeError as broken:
                line = data[:broken.start].count(b"\n") + 1
                raise RefusedError("encoding_broken", Place(row=line), encoding=encoding.upper()) from broken
            break
    else:
        if b"\0" in data:
            raise RefusedError("binary_file", Place(row=data[:data.index(b"\0")].count(b"\n") + 1))
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as broken:
            text = _cyrillic(data, broken)
            problems.note("decoded_cp1251", Place())
    if "\0" in text:
        raise RefusedError("binary_file", Place(row=text[:text.index("\0")].count("\n") + 1))
    return text


def _cyrillic(data: bytes, broken: UnicodeDecodeError) -> str:
    """Windows-1251 is sure when nearly all of its upper half are Cyrillic letters and most of those are small.

    In KOI8-R the two cases lie the other way round, so its text shows up here as capitals and is refused.
    """
    unknown = RefusedError("encoding_unknown", Place(row=data[:broken.start].count(b"\n") + 1))
    try:
        text = data.decode("cp1251")
    except UnicodeDecodeError as hopeless:
        raise unknown from hopeless
    upper_half = [character for character in text if ord(character) > 127]
    letters = [character for character in upper_half if "\u0400" <= character <= "\u045f"]
    small = sum(character.islower() for character in letters)
    if len(letters) < 8 or len(letters) < 0.95 * len(upper_half) or small < 0.6 * len(letters):
        raise unknown from broken
    return text
