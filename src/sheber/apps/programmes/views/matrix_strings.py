"""Sentences the matrix says in the browser; holes are filled there. Translated here, so the catalogues know them."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def matrix_strings() -> dict[str, str]:
    """By the name the scripts use."""
    return {
        # the cell in words
        "cell_I": _("%(course)s, %(item)s: introduced at level %(level)s"),
        "cell_T": _("%(course)s, %(item)s: taught to level %(level)s"),
        "cell_U": _("%(course)s, %(item)s: used at level %(level)s"),
        "cell_empty": _("%(course)s, %(item)s: empty"),
        "cell_with_findings": _("%(cell)s; finding: %(findings)s"),
        "panel_I": _("introduced, at level %(level)s"),
        "panel_T": _("taught, to level %(level)s"),
        "panel_U": _("used, at level %(level)s"),
        "panel_empty": _("The course does not touch this outcome."),
        "panel_required": _("Required of the graduate in %(item)s: level %(level)s"),
        "panel_no_level": _("Choose a level and the cell is filled."),
        # what was done
        "changed_cells": _("Cells changed: %(n)s"),
        "nothing_changed": _("No cell changed."),
        "undone": _("Undone. Cells changed back: %(n)s"),
        "redone": _("Redone. Cells changed: %(n)s"),
        "nothing_to_undo": _("Nothing to undo."),
        "nothing_to_redo": _("Nothing to redo."),
        "copied": _("Cells copied: %(n)s"),
        "pasted": _("Pasted. Cells changed: %(n)s"),
        "read_only": _("This matrix is open for reading only."),
        "no_such_cell_title": _("This cell is not here"),
        "no_such_cell": _("There is no cell %(cell)s in this matrix."),
        # a refused paste
        "paste_refused": _("Nothing was pasted"),
        "paste_unreadable": _("Row %(row)s, column %(column)s: “%(text)s” cannot be read. Write I, T or U and a level from 1 to 5, "
                              "such as T3, or leave it blank."),
        "paste_below": _("Row %(row)s, column %(column)s: “%(text)s” lies below the last course shown. Start the paste higher."),
        "paste_right": _("Row %(row)s, column %(column)s: “%(text)s” lies to the right of the last outcome. Start the paste further left."),
        "and_more": _("And more: %(n)s"),
        # saving
        "saved_at": pgettext("time of the last save", "today, %(time)s"),
        "saving": _("Saving…"),
        "not_saved": _("Not saved"),
        "not_saved_title": _("Not saved yet"),
        "offline": _("There is no connection to the server. Nothing you typed is lost: keep this page open, it tries again by itself."),
        "server_error": _("The server could not save just now. Nothing you typed is lost: keep this page open, it tries again by itself."),
        "signed_out": _("You are signed out. Sign in in another tab, then come back here and try again. Nothing you typed is lost."),
        "refused": _("The server refused this change. Nothing you typed is lost: undo it or try again."),
        # someone saved first
        "stale_title": _("Not saved: %(name)s changed this matrix at %(time)s"),
        "stale_title_unknown": _("Not saved: someone changed this matrix meanwhile"),
        "changed_by_both": _("changed by both"),
        "clashes": _("Changed by both of you, differently: %(cells)s. Merging takes the saved ones; undo brings yours back."),
        "no_clash": _("You changed different cells, so merging keeps the changes of both."),
        "no_cells_changed": _("No cell of the matrix changed."),
        "empty_cell": pgettext("a cell of the matrix", "empty"),
        # sums
        "covered": _("%(n)s of %(total)s"),
        "findings_in_cells": _("%(n)s of %(total)s lie in cells"),
    }
