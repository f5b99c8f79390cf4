"""What a file is, told by its bytes: what is taken, and what pretends."""

import io
import random
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheber.spine.files.rules import archives
from sheber.spine.files.rules.content import ENDINGS, judged
from sheber.spine.files.rules.faults import ContentError
from sheber.spine.files.rules.names import LONGEST, clean_name, ending
from sheber.spine.files.rules.places import Bucket, Folder, Scanner, read_place, read_scanner

from .factories import GIF, GOOD, JPEG, PDF, PNG, WEBP, chunk, odf, ooxml, xlsx, zipped

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
PROGRAM = b"MZ\x90\x00\x03" + b"\0" * 200
ARCHIVE = zipped({"a.txt": b"a" * 100})


def verdict(name, content):
    """The kind, or the code of the refusal."""
    try:
        return judged(io.BytesIO(content), len(content), name).code
    except ContentError as no:
        return no.code


@pytest.mark.parametrize("name", GOOD)
def test_what_people_work_with_is_taken(name):
    assert verdict(name, GOOD[name]) == ENDINGS[ending(name)].code


@pytest.mark.parametrize("name", GOOD)
def test_a_name_that_says_another_kind_is_refused(name):
    mine = ENDINGS[ending(name)]
    for end, kind in ENDINGS.items():
        if kind is not mine:
            assert verdict(f"a.{end}", GOOD[name]) in {"kind_disagrees", "not_text", "broken"}, end


@pytest.mark.parametrize("name", ["a.exe", "a.svg", "a.html", "a.htm", "a.js", "a.zip", "a.rar", "a.docm", "a.xlsm", "a.xls", "a", ".pdf",
                                  "a.pdf.exe", "a.php", "a.mhtml", "a.swf", "a.lnk", "a.iso"])
def test_other_endings_are_refused_whatever_they_hold(name):
    assert verdict(name, PDF) == "kind_refused"


@pytest.mark.parametrize("end", sorted(ENDINGS))
@pytest.mark.parametrize(("what", "content"), [("svg", SVG), ("html", HTML), ("program", PROGRAM), ("elf", b"\x7fELF" + b"\0" * 60),
                                               ("shell", b"#!/bin/sh\nrm -rf /\n"), ("zip", ARCHIVE),
                                               ("xml", b"<?xml version='1.0'?><x/>")])
def test_what_runs_somewhere_is_refused_under_every_name(end, what, content):
    assert verdict(f"a.{end}", content) not in {kind.code for kind in ENDINGS.values()}, what


def hostile():
    """Name, content, the code of the refusal."""
    yield "empty.txt", b"", "empty"
    # two things at once
    yield "behind.pdf", PDF + ARCHIVE, "two_in_one"
    yield "behind.png", PNG + ARCHIVE, "two_in_one"
    yield "behind.gif", GIF + ARCHIVE, "two_in_one"
    yield "behind.jpg", JPEG + ARCHIVE, "two_in_one"
    yield "closed.jpg", JPEG[:-2] + ARCHIVE + b"\xff\xd9", "two_in_one"
    yield "behind.webp", WEBP + ARCHIVE, "two_in_one"
    yield "script.png", PNG[:33] + chunk(b"tEXt", b"x\0<script>alert(1)</script>") + PNG[33:], "two_in_one"
    yield "page.pdf", PDF[:9] + b"<html><body>" + PDF[9:], "two_in_one"
    yield "before.docx", b"#!/bin/sh\n" + ooxml("docx"), "program"
    yield "twice.docx", ARCHIVE + ooxml("docx"), "two_in_one"
    yield "note.docx", ooxml("docx") + b"trailing", "two_in_one"
    # cut off
    yield "cut.pdf", PDF[:-10], "broken"
    yield "cut.png", PNG[:-12], "broken"
    yield "cut.gif", GIF[:-1], "broken"
    yield "cut.jpg", JPEG[:-2], "broken"
    yield "cut.webp", WEBP[:-4], "broken"
    yield "cut.docx", ooxml("docx")[:-30], "broken"
    # office documents
    yield "macro.docx", ooxml("docx", {"word/vbaProject.bin": b"x"}), "macros"
    yield "macro.ods", odf("ods", {"Basic/Standard/Module1.xml": b"<x/>"}), "macros"
    yield "program.pptx", ooxml("pptx", {"ppt/embeddings/a.bin": PROGRAM}), "program"
    yield "script.docx", ooxml("docx", {"word/a.js": b"x"}), "program"
    yield "laughs.docx", ooxml("docx", {"word/document.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}), "explodes"
    yield "bomb.xlsx", ooxml("xlsx", {"xl/worksheets/sheet1.xml": b"0" * (2 << 20)}), "explodes"
    yield "many.docx", ooxml("docx", {f"{number}": b"" for number in range(archives.MAX_ENTRIES)}), "explodes"
    yield "climbs.docx", ooxml("docx", {"../../etc/passwd": b"x"}), "broken"
    yield "word.xlsx", ooxml("docx"), "kind_disagrees"
    # text
    yield "page.txt", b"\n\n  " + HTML, "markup"
    yield "page16.txt", HTML.decode().encode("utf-16"), "markup"
    yield "nul.csv", b"a,b\0c", "not_text"
    yield "escape.txt", b"\x1b[31mred", "not_text"
    yield "rich.txt", b"{\\rtf1\\ansi hello}", "kind_disagrees"


@pytest.mark.parametrize(("name", "content", "code"), list(hostile()), ids=[name for name, _content, _code in hostile()])
def test_what_pretends_is_refused(name, content, code):
    assert verdict(name, content) == code


def test_a_locked_document_is_refused():
    """The flag of encryption, set by hand in both places an archive has it."""
    made = bytearray(ooxml("docx"))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(sign)
        made[at + place] |= 1
    assert verdict("a.docx", bytes(made)) == "encrypted"


def test_a_directory_that_lies_about_the_sizes_is_refused():
    """A part that unpacks to more than is declared: the reading finds it, whatever the directory says."""
    made = bytearray(ooxml("docx", {"word/big.xml": b"7" * 900_000}))
    at = made.rfind(b"PK\x01\x02", 0, made.rfind(b"word/big.xml"))
    struct.pack_into("<I", made, at + 24, 10)
    assert verdict("a.docx", bytes(made)) == "broken"


def test_a_bomb_costs_no_memory():
    import tracemalloc

    content = ooxml("docx", {f"word/{number}.xml": bytes(900_000) for number in range(150)})       # 135 MB, each part below the ratio
    tracemalloc.start()
    try:
        verdict("a.docx", content)
        assert tracemalloc.get_traced_memory()[1] < 12 << 20
    finally:
        tracemalloc.stop()


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_bytes_changed_anywhere_are_judged_without_a_fault_of_ours(data):
    """Whatever is done to a good file, the answer is a kind or a reason."""
    name = data.draw(st.sampled_from(sorted(GOOD)))
    content = bytearray(GOOD[name])
    for _again in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        content[at:at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    assert isinstance(verdict(name, bytes(content)), str)


@settings(max_examples=200, deadline=None)
@given(noise=st.binary(min_size=1, max_size=400), end=st.sampled_from(sorted(ENDINGS)))
def test_noise_is_no_document(noise, end):
    if end in {"txt", "csv"}:
        return
    assert verdict(f"a.{end}", noise) not in {kind.code for kind in ENDINGS.values()}


def test_a_large_picture_is_read_in_pieces():
    rng = random.Random(3)
    body = b"".join(chunk(b"IDAT", rng.randbytes(60_000)) for _again in range(40))
    assert verdict("a.png", PNG[:33] + body + chunk(b"IEND")) == "png"


@settings(max_examples=300, deadline=None)
@given(name=st.text(max_size=300))
def test_a_clean_name_misleads_nobody(name):
    clean = clean_name(name)
    assert clean == clean_name(clean)
    assert 0 < len(clean) <= LONGEST
    assert not set(clean) & set('/\\<>:"|?*\0\n\r\t')
    assert not any(0x202A <= ord(letter) <= 0x202E or 0x2066 <= ord(letter) <= 0x2069 for letter in clean)
    assert clean.isprintable()
    assert not clean.startswith(".")


def test_names_by_hand():
    assert clean_name("C:\\Documents\\Отчёт.PDF") == "Отчёт.PDF"
    assert clean_name("../../etc/passwd") == "passwd"
    assert clean_name("a\r\nSet-Cookie: x.pdf") == "a Set-Cookie_ x.pdf"
    assert clean_name("x" * 400 + ".pdf") == "x" * 146 + ".pdf"
    assert clean_name("...") == "file"
    assert ending("a.tar.PDF") == "pdf"
    assert ending("pdf") == ""


def test_settings_are_read(tmp_path):
    assert read_place("", tmp_path) == Folder(tmp_path)
    assert read_place(str(tmp_path / "x"), tmp_path) == Folder(tmp_path / "x")
    assert read_place("s3://b", tmp_path) == Bucket("b")
    assert read_place("s3://b/in/here/?endpoint=http://127.0.0.1:9000&region=kz", tmp_path) == Bucket(
        "b", "in/here/", "http://127.0.0.1:9000", "kz")
    for wrong in ("s3://", "http://x", "s3://key:secret@b", "s3://b?endpoint=ftp://x", "s3://b?bucket=c"):
        with pytest.raises(ValueError, match=r"\w"):
            read_place(wrong, tmp_path)
    assert read_scanner("") is None
    assert read_scanner("tcp://av.example") == Scanner("av.example", 3310)
    assert read_scanner("unix:/run/clamd.ctl") == Scanner(path="/run/clamd.ctl")
    for wrong in ("av.example:3310", "tcp://", "unix:", "http://x", "tcp://x:99999"):
        with pytest.raises(ValueError, match=r"\w"):
            read_scanner(wrong)


def test_the_programs_that_made_the_samples_read_them():
    """The samples are what they say to somebody else than us."""
    assert zipfile.ZipFile(io.BytesIO(xlsx())).testzip() is None
    from openpyxl import load_workbook

    assert load_workbook(io.BytesIO(GOOD["a.xlsx"])).sheetnames
