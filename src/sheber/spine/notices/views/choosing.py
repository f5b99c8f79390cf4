"""How one wants to be told, and the link of a letter that stops such letters."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from sheber.kit.http import Request
from sheber.spine.notices import queries, services, types
from sheber.spine.notices.forms import ChoicesForm
from sheber.spine.notices.rules.mornings import MORNING


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: Request) -> HttpResponse:
    """Type by type: in the product, by letter, how often."""
    person_id = int(request.user.pk or 0)
    rows = queries.choice_list(person_id)
    form = ChoicesForm(request.POST if request.method == "POST" else None, rows=rows, time_zone=queries.time_zone_of(person_id))
    if form.is_bound and form.is_valid():
        services.choices_set(person_id=person_id, choices=form.ways(), time_zone=form.cleaned_data["time_zone"])
        messages.success(request, _("Your choice is saved."))
        return redirect("notices:settings")
    return render(request, "notices/settings.html", {
        "form": form, "mandatory": [row for row in rows if row.is_mandatory], "mailed": services.mail_is_sent(),
        "morning": f"{MORNING:%H:%M}"}, status=422 if form.is_bound else 200)


@csrf_exempt        # mail programs send it by themselves, without a page of ours before; the signed address says who and what (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: Request, token: str) -> HttpResponse:
    """Ask, and on POST do it; nobody needs to sign in for it. Looking at the address changes nothing."""
    found = services.unsubscribe_read(token)
    known = types.find(found[1]) if found is not None else None
    done = request.method == "POST" and services.unsubscribe(token=token) is not None
    alive = known is not None and (done or request.method != "POST")
    return render(request, "notices/unsubscribe.html", {"known": known, "alive": alive, "done": done}, status=200 if alive else 410)
