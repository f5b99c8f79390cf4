"""``python -m tests.oidc_provider.serve PORT REDIRECT SECRET``: makes the database, a client and people, then answers until it is ended."""

import json
import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def main(port: str, redirect: str, secret: str) -> None:
    """People come as JSON on the standard input: user name, password, address, name, last name."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.oidc_provider.settings"
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from oauth2_provider.models import Application

    call_command("migrate", verbosity=0)
    for username, password, email, first, last in json.loads(sys.stdin.read()):
        User.objects.create_user(username, email, password, first_name=first, last_name=last)
    Application.objects.create(client_id="sheber", client_secret=secret, client_type="confidential", redirect_uris=redirect,
                               post_logout_redirect_uris=redirect.replace("/back/", "/out/"),
                               algorithm="RS256", authorization_grant_type="authorization-code", skip_authorization=True, name="Sheber")
    with make_server("127.0.0.1", int(port), get_wsgi_application(), server_class=_Server, handler_class=_Quiet) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
