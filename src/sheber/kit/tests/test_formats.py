"""Numbers and dates against goldens written by hand from UI.md section 4."""

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from sheber.kit import formats

N = "\u00a0"
DAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(("language", "expected"), [("en", "1,250.5"), ("ru", f"1{N}250,5"), ("kk", f"1{N}250,5")])
def test_number_as_the_reader_writes_it(language, expected):
    assert formats.number(1250.5, 1, language=language) == expected


@pytest.mark.parametrize(("language", "text", "table"), [
    ("en", "23 Nov 2026", "23 Nov 2026"), ("ru", "23 ноября 2026 г.", "23.11.2026"), ("kk", "2026 ж. 23 қараша", "23.11.2026")])
def test_date_as_the_reader_writes_it(language, text, table):
    assert formats.date(DAY, language=language) == text
    assert formats.date(DAY, "table", language=language) == table


@pytest.mark.parametrize(("language", "expected"), [("en", "Oct 2026"), ("ru", "октябрь 2026 г."), ("kk", "2026 ж. қазан")])
def test_month(language, expected):
    assert formats.month(dt.date(2026, 10, 1), language=language) == expected


def test_twenty_four_hours_in_the_local_zone():
    noon_utc = dt.datetime(2026, 11, 23, 16, 36, tzinfo=dt.UTC)                # Almaty is five hours ahead
    with timezone.override("Asia/Almaty"):
        assert formats.moment(noon_utc, language="en") == "23 Nov 2026, 21:36"
        assert formats.moment(noon_utc, "table", language="ru") == "23.11.2026, 21:36"
        assert formats.date(dt.datetime(2026, 11, 23, 20, 0, tzinfo=dt.UTC), language="en") == "24 Nov 2026"


@pytest.mark.parametrize(("written", "expected"), [
    (formats.number(-1.25, 2, language="en"), "−1.25"), (formats.number(-0.04, 1, fixed=True, language="en"), "0.0"),
    (formats.number(None), "–"), (formats.signed(-1.2, language="ru"), "−1,2"), (formats.signed(0.4, language="en"), "+0.4"),
    (formats.signed(0.04, language="en"), "0.0"), (formats.interval(3, 3.4, language="en"), "3.0–3.4"),
    (formats.percent(0.714, language="kk"), f"71{N}%"), (formats.with_unit(1850, "₸", language="ru"), f"1{N}850{N}₸"),
    (formats.level(3, language="en"), "3"), (formats.level(3.8, language="ru"), "3,8"), (formats.level(3.0, language="ru"), "3,0"),
])
def test_signs(written, expected):
    assert written == expected


@given(st.floats(-1e9, 1e9, allow_nan=False), st.integers(0, 4), st.sampled_from(formats.LANGUAGES))
def test_a_fixed_number_reads_back_as_itself_rounded(value, places, language):
    text = formats.number(value, places, fixed=True, language=language)
    plain = text.replace("−", "-").replace(N, "")
    plain = plain.replace(",", "") if language == "en" else plain.replace(",", ".")
    assert abs(float(plain) - value) <= 0.5 * 10**-places + abs(value) * 1e-12
    assert "-" not in text
    assert not text.startswith("−0") or float(plain) != 0
