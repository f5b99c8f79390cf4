"""What people, scripts and proxies are answered while the database is away."""


def looked_at(web, method, address, body, *, reads=False):
    """``reads``: pages can still be read, and only writing is refused."""
    assert web.ask("GET", "/health/live").status == 200
    ready = web.ask("GET", "/health/ready")
    assert (ready.status, ready.json["failed"]) == ((200, []) if reads else (503, ready.json["failed"]))
    refused = web.ask(method, address, body)
    assert (refused.status, refused.headers["Retry-After"]) == (503, "10"), refused.body
    assert refused.json["code"] in ({"database_busy"} if reads else {"database_gone", "database_busy"})
    assert refused.json.keys() == {"code", "message", "detail"}
    # With the cookie of a session, as whoever is signed in: a page that asks the database for nothing is drawn all the while.
    cookie = f"sheber_session={'a' * 32}"
    pages = {language: web.ask("GET", "/", headers={"Accept-Language": language, "Cookie": cookie}) for language in ("en", "ru", "kk")}
    if reads:
        assert {page.status for page in pages.values()} == {200}
        return
    assert {(page.status, page.headers["Retry-After"]) for page in pages.values()} == {(503, "10")}, pages
    assert {page.headers.get_content_type() for page in pages.values()} == {"text/html"}
    text = pages["en"].body.decode()
    assert "Try again in 10 seconds." in text
    assert '<html lang="en"' in text
    assert [f'<html lang="{language}"' in page.body.decode() for language, page in pages.items()] == [True] * 3
    assert not any(word in text for word in ("Traceback", "psycopg", "sqlite", "127.0.0.1:"))
