"""All addresses."""

from django.urls import include, path
from django.views.generic import RedirectView

from sheber.apps.programmes.urls import student_patterns

from . import views
from .api import api

site_patterns = ([
    path("about/attainment/", views.attainment, name="attainment"),
    path("design/", views.design, name="design"),
], "site")

urlpatterns = [
    path("", views.home, name="home"),
    path("", include(site_patterns)),
    path("", include("sheber.spine.operation.urls")),
    path("sign-in/", RedirectView.as_view(pattern_name="people:sign_in", query_string=True), name="sign_in"),
    path("people/", include("sheber.spine.people.urls")),
    path("account/", include("sheber.spine.accounts.urls")),
    path("organisations/", include("sheber.spine.organisations.urls")),
    path("competences/", include("sheber.spine.competences.urls")),
    path("evidence/", include("sheber.spine.evidence.urls")),
    path("audit/", include("sheber.spine.audit.urls")),
    path("exchange/", include("sheber.spine.exchange.urls")),
    path("exports/", include("sheber.spine.exports.urls")),
    path("privacy/", include("sheber.spine.privacy.urls")),
    path("integrations/", include("sheber.spine.integrations.urls")),
    path("files/", include("sheber.spine.files.urls")),
    path("search/", include("sheber.spine.search.urls")),
    path("jobs/", include("sheber.spine.jobs.urls")),
    path("ims/case/", include("sheber.spine.competences.case.urls")),
    path("notices/", include("sheber.spine.notices.urls")),
    path("trash/", include("sheber.spine.trash.urls")),
    path("api/v1/", api.urls),
    path("programmes/", include("sheber.apps.programmes.urls")),
    path("", include(student_patterns)),
]

handler400 = "sheber.site.views.bad_request"
handler403 = "sheber.site.views.permission_denied"
handler404 = "sheber.site.views.page_not_found"
handler500 = "sheber.site.views.server_error"
