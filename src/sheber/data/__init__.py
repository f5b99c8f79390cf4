"""The project's own data: ``domain`` (reference facts with source and status) and ``demo`` (synthetic demonstration content).

Read with :func:`importlib.resources.files`, so that it works from a checkout and from an installed wheel::

    from importlib.resources import files
    text = (files("sheber.data") / "domain" / "cdio_syllabus.csv").read_text("utf-8")
"""
