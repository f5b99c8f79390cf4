"""The picture of a key holds what it should, in a shape that telephones read and a strict policy lets through."""

import re

import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from sheber.spine.accounts.pictures import QUIET, SCALE, picture
from sheber.spine.accounts.rules import totp
from sheber.spine.people.tests.factories import make_user

FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]


def squares(svg):
    """What is drawn, read from the path as a browser draws it: rows of 0 and 1 with the quiet zone."""
    size = int(re.search(r'width="(\d+)"', svg)[1]) // SCALE
    grid = [["0"] * size for _ in range(size)]
    assert f'fill="#fff" d="M0 0h{size}v{size}h-{size}z"' in svg, "white below all of it"
    path = re.search(r'stroke="#000" d="([^"]+)"', svg)[1]
    x = y = 0.0
    for kind, numbers in re.findall(r"([Mmh])([^Mmh]+)", path):
        values = [float(one) for one in re.findall(r"-?\d*\.?\d+", numbers)]
        if kind == "h":
            for at in range(int(values[0])):
                grid[int(y)][int(x) + at] = "1"
            x += values[0]
        else:
            x, y = (values[0], values[1]) if kind == "M" else (x + values[0], y + values[1])
    return ["".join(row) for row in grid]


@settings(max_examples=8)
@given(st.binary(min_size=20, max_size=20), st.emails())
def test_the_picture_is_the_code_of_the_key(secret, email):
    text = totp.uri(secret, account=email, issuer="Sheber university.example")
    svg = picture(text)
    drawn = squares(svg)
    inner = [row[QUIET:-QUIET] for row in drawn[QUIET:-QUIET]]
    assert inner == ["".join(map(str, row)) for row in segno.make(text, error="m", micro=False).matrix]
    corners = [[row[:7] for row in inner[:7]], [row[-7:] for row in inner[:7]], [row[:7] for row in inner[-7:]]]
    assert corners == [FINDER, FINDER, FINDER]
    assert all(set(row) == {"0"} for row in [*drawn[:QUIET], *drawn[-QUIET:]])
    assert all(row[:QUIET] + row[-QUIET:] == "0" * 2 * QUIET for row in drawn)
    assert not re.search(r"style|script|href|<!|\?>", svg)


def test_the_page_shows_it_beside_the_key(client, db):
    client.force_login(make_user())
    page = client.get("/account/second-step/set-up/").content.decode()
    svg = page.split('role="img"')[1].split("<svg")[1].split("</svg>")[0]
    link = re.search(r'href="(otpauth://[^"]+)"', page)[1].replace("&amp;", "&")
    assert f"<svg{svg}</svg>" == picture(link)
    assert re.search(r"secret=(\w+)", link)[1] == re.search(r'secret-key">([^<]+)<', page)[1].replace(" ", "")
