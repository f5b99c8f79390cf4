"""A plain Django list: 100 rows of one table through a template, open to everybody. What a page costs before the product is in it."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template import Context, Engine
from django.urls import path

from sheber.kit.access import rule
from sheber.site.urls import urlpatterns as product
from sheber.spine.organisations.models import Organisation

TEMPLATE = Engine().from_string(
    "<!doctype html><title>Plain</title><table>{% for row in page %}<tr><td>{{ row.pk }}<td>{{ row.code }}<td>{{ row.path }}"
    "{% endfor %}</table><p>{{ page.number }} / {{ page.paginator.num_pages }}")


def plain(request):
    """Page ``?page=`` of all organisations."""
    page = Paginator(Organisation.objects.order_by("id"), 100).get_page(request.GET.get("page"))
    return HttpResponse(TEMPLATE.render(Context({"page": page})))


urlpatterns = [path("plain/", plain, name="plain"), *product]
rule("plain", public=True)
