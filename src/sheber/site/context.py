"""What the shell of every page needs."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sheber.kit.localised import MARKS
from sheber.spine.notices import queries as notices

from . import navigation

THEMES: Final = ("auto", "light", "dark")
THEME_COOKIE: Final = "sheber_theme"
RAIL_COOKIE: Final = "sheber_rail"
DENSITY_COOKIE: Final = "sheber_density"
OWN_NAMES: Final = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
# In the order of the cascade; base.css declares the layers. Styles of single pages are linked by these pages.
STYLESHEETS: Final = tuple(f"sheber/css/{name}.css" for name in (
    "tokens", "tokens-dark", "base", "shell", "parts-controls", "parts-sheets", "parts-lists", "views-loop", "print"))
THEME_ICONS: Final = {"auto": "o-computer-desktop", "light": "o-sun", "dark": "o-moon"}

try:
    VERSION = version("sheber")
except PackageNotFoundError:  # run from a checkout that was never installed
    VERSION = ""


def theme_of(request: HttpRequest) -> str:
    """The reader's choice: cookie first (it is newest), then the account, then the system's."""
    chosen = request.COOKIES.get(THEME_COOKIE) or getattr(getattr(request, "user", None), "theme", "")
    return chosen if chosen in THEMES else "auto"


def themes() -> list[dict[str, str]]:
    """One button for each theme in force; it shows this theme and asks for the next. The style shows one of the three."""
    labels = {"auto": _("Theme: as the system"), "light": _("Theme: light"), "dark": _("Theme: dark")}
    following = dict(zip(THEMES, (*THEMES[1:], THEMES[0]), strict=True))
    return [{"next": following[theme], "label": labels[theme], "icon": THEME_ICONS[theme]} for theme in THEMES]


def role_of(request: HttpRequest) -> tuple[str, str]:
    """The reader's first role and its place, for the line under the name; one query."""
    held = navigation.first_role(request)
    if held is None:
        return "", ""
    return str(held.get_role_display()), str(held.organisation.short_name) or str(held.organisation.name)


def build(request: HttpRequest) -> dict[str, Any]:
    role, place = role_of(request)
    theme, language = theme_of(request), (get_language() or "kk").split("-")[0]
    return {
        "stylesheets": STYLESHEETS, "theme": theme, "themes": themes(), "theme_url": navigation.address("people:theme"),
        "density": "compact" if request.COOKIES.get(DENSITY_COOKIE) == "compact" else "airy",
        "rail": "min" if request.COOKIES.get(RAIL_COOKIE) == "min" else "",
        "languages": [{"code": code, "mark": MARKS[code], "name": OWN_NAMES[code], "current": code == language} for code in MARKS],
        "language_url": navigation.address("people:language"), "sign_in_url": navigation.address("people:sign_in"),
        "sign_out_url": navigation.address("people:sign_out"),
        "me_url": navigation.address("students:me") or navigation.address("people:account"),
        "account_url": navigation.address("people:account"), "notices_url": navigation.address("notices:list"),
        "unread": notices.unread(request), "synthetic": settings.DEMONSTRATION, "version": VERSION, "place": place,
        "role": _("%(role)s, %(place)s") % {"role": role, "place": place} if role else "", **navigation.rail(request),
    }


def shell(request: HttpRequest) -> dict[str, Any]:
    """``shell`` is built once and only when a page of ours is drawn."""
    return {"demonstration": settings.DEMONSTRATION, "shell": SimpleLazyObject(lambda: build(request))}
