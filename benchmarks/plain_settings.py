"""The settings of a demonstration with one page more: the plain list that the load is compared with."""

from sheber.site.settings.dev import *  # noqa: F403

ROOT_URLCONF = "benchmarks.plain"
