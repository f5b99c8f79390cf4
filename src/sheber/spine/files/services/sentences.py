"""What is said of a file that is refused."""

from django.utils.translation import gettext as _

from ..rules.faults import ContentError


def kinds_sentence() -> str:
    """What is taken."""
    return _("PDF, Word, Excel and PowerPoint (docx, xlsx, pptx), OpenDocument (odt, ods, odp), pictures (png, jpg, webp, gif), "
             "text and CSV.")


def told(no: ContentError) -> str:
    """The reason and what to do, in the reader's language."""
    sentences = {
        "empty": _("The file is empty. Choose another one."),
        "kind_disagrees": _("The file is not what its name says (.%(ending)s). Save it anew in that format, or correct the name."),
        "broken": _("The file is damaged or cut off. Save it anew and try again."),
        "two_in_one": _("Something is hidden behind the end of the file or within its head. Save it anew in the program that made it."),
        "program": _("The file is a program, or holds one. Programs are not taken."),
        "markup": _("The file holds a web page or a script. It is not taken."),
        "macros": _("The document holds macros. Save it without them."),
        "encrypted": _("The document is locked by a password. Save it without one."),
        "explodes": _("The document unpacks to far more than a document holds. Save it anew with smaller pictures, or divide it."),
        "not_text": _("The file is no plain text. Save it as text or CSV in UTF-8."),
    }
    sentence = sentences.get(no.code)
    if sentence is None:
        return _("Files of this kind are not taken. Choose one of: %(kinds)s") % {"kinds": kinds_sentence()}
    return sentence % no.detail if no.detail else sentence
