"""Signs used in the interface, in one place: heroicons by name, and our own shapes of the engineer types.

``o-`` is the 24 px outline, ``m-`` the 20 px solid ("mini") of heroicons; ``t-`` are ours. The sprite
``sheber/icons.svg`` holds exactly these.
"""

from typing import Final

HEROICONS: Final = (
    "m-arrow-path", "m-check-circle", "m-exclamation-triangle", "m-information-circle", "m-pencil-square", "m-user-group", "m-x-circle",
    "m-x-mark",
    "o-academic-cap", "o-arrow-down-tray", "o-arrow-path", "o-arrow-top-right-on-square", "o-arrow-up-tray", "o-arrow-uturn-left",
    "o-arrow-uturn-right", "o-arrows-right-left", "o-bars-arrow-down", "o-beaker", "o-bell", "o-book-open", "o-briefcase",
    "o-building-library", "o-building-office-2", "o-calendar", "o-chart-bar", "o-check", "o-check-circle", "o-chevron-double-left",
    "o-chevron-down", "o-chevron-left", "o-chevron-right", "o-chevron-up", "o-clipboard-document-list", "o-clock", "o-cog-6-tooth",
    "o-computer-desktop", "o-document-check", "o-document-text", "o-ellipsis-horizontal", "o-exclamation-circle", "o-exclamation-triangle",
    "o-eye", "o-funnel", "o-identification", "o-information-circle", "o-language", "o-link", "o-list-bullet", "o-lock-closed",
    "o-magnifying-glass", "o-map", "o-minus", "o-moon", "o-paper-airplane", "o-pencil-square", "o-play", "o-plus", "o-printer",
    "o-queue-list", "o-scale", "o-shield-check", "o-sparkles", "o-sun", "o-table-cells", "o-trash", "o-user", "o-user-group", "o-users",
    "o-view-columns", "o-wrench-screwdriver", "o-x-circle", "o-x-mark",
)

# viewBox 0 0 16 16: a nut, two chevrons of a line, a spark, a ring.
SHAPES: Final = {
    "t-technician": ("M8 .6 14.4 4.3v7.4L8 15.4 1.6 11.7V4.3zM8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6z", True),
    "t-line": ("M.8 2h3.7l4 6-4 6H.8l4-6zM7.5 2h3.7l4 6-4 6H7.5l4-6z", False),
    "t-innovative": ("M8 0c.9 4.7 3.3 7.1 8 8-4.7.9-7.1 3.3-8 8-.9-4.7-3.3-7.1-8-8 4.7-.9 7.1-3.3 8-8z", False),
    "t-research": ("M8 .8a7.2 7.2 0 1 0 0 14.4A7.2 7.2 0 0 0 8 .8zm0 2a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 8 2.8zM8 5.2a2.8 2.8 0 1 0 0 5.6 "
                   "2.8 2.8 0 0 0 0-5.6z", True),
}

NAMES: Final = frozenset((*HEROICONS, *SHAPES))
SPRITE: Final = "sheber/icons.svg"
