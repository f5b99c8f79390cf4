"""A finding in the reader's language: what is wrong, and how to repair it."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sheber.apps.programmes.rules.findings import Finding, Repair

Values = Mapping[str, object]


def finding_sentence(finding: Finding) -> str:
    """What is wrong and, where a way out was found, how to repair it."""
    repair = finding_repair(finding)
    return f"{finding_reason(finding)} {repair}" if repair else finding_reason(finding)


def finding_reason(finding: Finding) -> str:
    """One sentence: what is wrong."""
    return _REASONS[finding.code](finding.values)


def finding_repair(finding: Finding) -> str:
    """One sentence: how to repair it; empty when no way was found."""
    return _REPAIRS[finding.repair.action](finding.repair.values) if finding.repair else ""


def repair_sentence(repair: Repair) -> str:
    return _REPAIRS[repair.action](repair.values)


def finding_title(code: str) -> str:
    """Name of a kind of finding, for headings and filters."""
    return _TITLES[code]()


def _credits(values: Values, key: str = "credits") -> str:
    """``6 credits``, with the plural of the number; 2.5 counts as many."""
    number = float(str(values[key]))
    return ngettext("%(n)s credit", "%(n)s credits", int(number) if number == int(number) else 5) % {"n": f"{number:g}"}


def _order_reason(values: Values) -> str:
    if int(str(values["options"])) > 1:
        return _("%(course)s (term %(term)s) needs %(need)s of %(options)s prerequisites, but these are not earlier: %(other)s.") % values
    if values["term"] == values["other_term"]:
        return _("%(course)s requires %(other)s, which is in the same term %(term)s.") % values
    return _("%(course)s is in term %(term)s, before its prerequisite %(other)s in term %(other_term)s.") % values


def _used_reason(values: Values) -> str:
    if not values["teacher"]:
        return _("%(course)s uses %(item)s, which no course teaches.") % values
    if values["teacher_term"] == values["term"]:
        return _("%(course)s uses %(item)s in term %(term)s, where %(teacher)s first teaches it; the two are not linked.") % values
    return _("%(course)s uses %(item)s in term %(term)s; it is first taught in term %(teacher_term)s, in %(teacher)s.") % values


_REASONS: Mapping[str, Callable[[Values], str]] = {
    "prerequisite_cycle": lambda v: _("These courses need each other in a circle: %(circle)s.") % v,
    "prerequisite_not_earlier": _order_reason,
    "corequisite_too_late": lambda v: _(
        "%(course)s is in term %(term)s, but its corequisite %(other)s is only in term %(other_term)s.") % v,
    "strict_corequisite_apart": lambda v: _(
        "%(course)s must be taken together with %(other)s, but they are in terms %(term)s and %(other_term)s.") % v,
    "unknown_prerequisite": lambda v: _("%(course)s requires %(other)s, which is not in this programme.") % v,
    "unknown_corequisite": lambda v: _("%(course)s has the corequisite %(other)s, which is not in this programme.") % v,
    "choose_impossible": lambda v: _("%(course)s asks for %(need)s courses out of %(options)s: %(names)s.") % v,
    "requisite_contradiction": lambda v: _("%(course)s asks for %(other)s both before it and together with it.") % v,
    "unknown_term": lambda v: _("%(course)s is placed in term %(term)s, but the programme ends with term %(last)s.") % v,
    "term_load": lambda v: _("Term %(term)s holds %(load)s; %(least)s to %(most)s are allowed.") % {
        "term": v["term"], "load": _credits(v), "least": f"{v['least']:g}", "most": f"{v['most']:g}"},
    "credit_total": lambda v: _("The courses add up to %(total)s; the programme states %(stated)s.") % {
        "total": _credits(v), "stated": f"{v['stated']:g}"},
    "course_not_placed": lambda v: _("%(course)s has no term.") % v,
    "hours_mismatch": lambda v: _("%(course)s has %(hours)s hours; its credits (%(credits)s) give %(expected)s.") % v,
    "no_practice_in_year": lambda v: _("Year %(year)s has no practice at an enterprise.") % v,
    "introduced_never_taught": lambda v: _("%(item)s is introduced in %(courses)s but never taught.") % v,
    "used_before_taught": _used_reason,
    "target_not_reached": lambda v: _("%(item)s reaches level %(planned)s; the graduate needs level %(target)s.") % v,
    "target_unknown": lambda v: _("The graduate has no target for %(item)s, which is in the matrix of %(courses)s.") % v,
    "requisite_redundant": lambda v: _("%(course)s names %(other)s more than once in its requisites.") % v,
    "course_needed_by_nobody": lambda v: _(
        "No course needs %(course)s, and it adds nothing to the matrix.") % v,
}

_REPAIRS: Mapping[str, Callable[[Values], str]] = {
    "place_in_term": lambda v: _("Place %(course)s in term %(term)s, the least loaded that its requisites allow.") % v,
    "no_room": lambda v: _("No other term has room: take %(amount)s out of the programme.") % {"amount": _credits(v)},
    "move_credits": lambda v: _("Move %(amount)s to term %(term)s.") % {"amount": _credits(v), "term": v["term"]},
    "move_credits_for_example": lambda v: _("Move %(amount)s to term %(term)s, for example %(course)s.") % {
        "amount": _credits(v), "term": v["term"], "course": v["course"]},
    "take_credits": lambda v: _("Move %(amount)s here from term %(term)s.") % {"amount": _credits(v), "term": v["term"]},
    "add_credits": lambda v: _("Add %(amount)s to term %(term)s; no other term has any to spare.") % {
        "amount": _credits(v), "term": v["term"]},
    "add_to_plan": lambda v: _("Add %(amount)s, or correct the total of the programme.") % {"amount": _credits(v)},
    "take_from_plan": lambda v: _("Take out %(amount)s, or correct the total of the programme.") % {"amount": _credits(v)},
    "move_practice": lambda v: _("Move the practice %(course)s to term %(term)s.") % v,
    "add_practice": lambda v: _("Add a practice to term %(term)s.") % v,
    "set_self_study": lambda v: _("Set self-study of %(course)s to %(hours)s hours.") % v,
    "cut_contact": lambda v: _("Cut contact and laboratory hours of %(course)s by %(hours)s.") % v,
    "change_cell": lambda v: _("Change %(from)s of %(course)s in %(item)s to %(to)s.") % v,
    "teach_item": lambda v: _("Give a course the cell %(to)s in %(item)s; no course has it yet.") % v,
    "set_target": lambda v: _("Set a target for %(item)s, or correct the code of the item.") % v,
    "map_or_drop": lambda v: _("Enter what %(course)s teaches in the matrix, or take it out: it costs %(amount)s.") % {
        "course": v["course"], "amount": _credits(v)},
    "replace_requisite": lambda v: _("Replace %(other)s with %(near)s.") % v,
    "drop_or_add": lambda v: _("Replace %(other)s with a course of this programme, or remove it.") % v,
    "lower_need": lambda v: _("Ask for at most %(need)s, or add courses to choose from.") % v,
    "corequisite_or_move": lambda v: _("Make %(other)s a corequisite, or move %(course)s to term %(term)s.") % v,
    "make_corequisite": lambda v: _("Make %(other)s a corequisite, turn the requisite round, or remove it.") % v,
    "reverse_or_drop": lambda v: _("Turn the requisite round, so that %(other)s requires %(course)s, or remove it.") % v,
    "move_other_or_drop": lambda v: _("Move %(other)s to term %(term)s, or remove the requisite.") % v,
    "move_course_or_drop": lambda v: _("Move %(course)s to term %(term)s, or remove the requisite.") % v,
    "drop_requisite": lambda v: _("Remove the requisite %(other)s of %(course)s: no move of either course satisfies it.") % v,
    "keep_one_kind": lambda v: _("Keep %(other)s either as a prerequisite or as a corequisite.") % v,
    "keep_strongest": lambda v: _("Keep one of the entries for %(other)s.") % v,
    "cut_circle": lambda v: _("Remove the requisite %(other)s of %(course)s.") % v,
    "teach_before": lambda v: _("Teach %(item)s in an earlier course, or remove it from %(course)s.") % v,
    "add_corequisite": lambda v: _("Make %(teacher)s a corequisite of %(course)s.") % v,
    "move_teacher": lambda v: _("Move %(teacher)s to term %(term)s, or remove %(mode)s in %(item)s from %(course)s.") % v,
    "teach_earlier_or_drop": lambda v: _("Teach %(item)s before term %(term)s, or remove %(mode)s from %(course)s.") % v,
}

_TITLES: Mapping[str, Callable[[], str]] = {
    "prerequisite_cycle": lambda: _("Requisites in a circle"),
    "prerequisite_not_earlier": lambda: _("Prerequisite not earlier"),
    "corequisite_too_late": lambda: _("Corequisite too late"),
    "strict_corequisite_apart": lambda: _("Strict corequisite in another term"),
    "unknown_prerequisite": lambda: _("Unknown prerequisite"),
    "unknown_corequisite": lambda: _("Unknown corequisite"),
    "choose_impossible": lambda: _("Choice that cannot be made"),
    "requisite_contradiction": lambda: _("Contradictory requisites"),
    "unknown_term": lambda: _("Unknown term"),
    "term_load": lambda: _("Load of a term"),
    "credit_total": lambda: _("Total of credits"),
    "course_not_placed": lambda: _("Course without a term"),
    "hours_mismatch": lambda: _("Hours do not match credits"),
    "no_practice_in_year": lambda: _("Year without practice"),
    "introduced_never_taught": lambda: _("Introduced but never taught"),
    "used_before_taught": lambda: _("Used before taught"),
    "target_not_reached": lambda: _("Target not reached"),
    "target_unknown": lambda: _("Item without a target"),
    "requisite_redundant": lambda: _("Requisite named twice"),
    "course_needed_by_nobody": lambda: _("Course nobody needs"),
}
