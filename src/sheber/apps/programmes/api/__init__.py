"""Programmes and students over the API."""

from ninja import Router

from . import (
    analysis,
    assessments,
    catalogue,
    course_editing,
    courses,
    demand,
    facts,
    files,
    gap,
    life,
    matrix,
    profiles,
    starting,
    students,
)

# One path lies in one router: what starts a programme and edits a course stands in modules of its own, with the router of the readings.
assert starting.router is catalogue.router
assert course_editing.router is courses.router

routers: tuple[Router, ...] = (catalogue.router, courses.router, facts.router, matrix.router, analysis.router, gap.router,
                               students.router, profiles.router, life.router, files.router, demand.router, assessments.router)
