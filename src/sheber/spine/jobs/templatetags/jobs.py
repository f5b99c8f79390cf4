"""How far a piece of work is, on any page: ``{% load jobs %}{% job_progress row %}``."""

from typing import Any

from django import template

from sheber.spine.jobs.queries import JobRow

register = template.Library()


@register.inclusion_tag("jobs/_progress.html")
def job_progress(job: JobRow, alone: bool = False) -> dict[str, Any]:
    """``job`` is a row of :mod:`sheber.spine.jobs.queries`. It looks again by itself until the work has ended."""
    return {"job": job, "alone": alone}
