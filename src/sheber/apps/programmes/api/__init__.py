"""Programmes and students over the API."""

from ninja import Router

from . import analysis, assessments, catalogue, courses, demand, files, gap, life, matrix, students

routers: tuple[Router, ...] = (catalogue.router, courses.router, matrix.router, analysis.router, gap.router, students.router, life.router,
                               files.router, demand.router, assessments.router)
