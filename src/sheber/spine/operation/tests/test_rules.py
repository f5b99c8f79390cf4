"""Who asks, and how often: laws and hostile words."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheber.spine.operation import limits
from sheber.spine.operation.middleware.edge import settle_headers
from sheber.spine.operation.rules import addresses
from sheber.spine.operation.rules import limits as rules

TRUSTED = addresses.networks(["127.0.0.0/8", "10.0.0.0/8", "::1"])


@pytest.mark.parametrize(("peer", "forwarded", "client"), [
    ("203.0.113.9", "1.2.3.4", "203.0.113.9"),                       # a stranger's word means nothing
    ("127.0.0.1", "", "127.0.0.1"),
    ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
    ("127.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),            # what the visitor wrote stands before
    ("127.0.0.1", "6.6.6.6, 203.0.113.9, 10.1.2.3", "203.0.113.9"),  # two proxies of ours
    ("127.0.0.1", "203.0.113.9, nonsense", "127.0.0.1"),
    ("::ffff:127.0.0.1", "2001:db8::1", "2001:db8::1"),
    ("", "203.0.113.9", ""),
])
def test_the_client(peer, forwarded, client):
    assert addresses.client_of(peer, forwarded, TRUSTED) == client


@given(st.text(max_size=200))
def test_no_word_of_a_stranger_is_believed(word):
    meta = {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": word, "HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_REQUEST_ID": word}
    settle_headers(meta, TRUSTED)
    assert meta == {"REMOTE_ADDR": "203.0.113.9"}


@pytest.mark.parametrize(("sent", "kept"), [("0123abcd-EF.9_x", True), ("short", False), ("a" * 41, False), ("has space here", False),
                                            ("line\nbreak-in", False), ("кириллица-12", False)])
def test_a_request_id_is_taken_only_when_well_formed(sent, kept):
    meta = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REQUEST_ID": sent}
    settle_headers(meta, TRUSTED)
    assert ("HTTP_X_REQUEST_ID" in meta) == kept


def test_limits_by_setting():
    assert rules.read_limits("off") == {}
    found = rules.read_limits("export=5,search=0")
    assert found["export"] == 5
    assert "search" not in found
    assert found["api_read"] == rules.DEFAULTS["api_read"]
    for wrong in ("export", "export=", "export=-1", "export=x", "pages=3", "export=٣"):
        with pytest.raises(ValueError, match=r"."):
            rules.read_limits(wrong)


@given(st.floats(0, 100), st.floats(-1e6, 1e6), st.integers(1, 1000))
def test_a_bucket_never_overflows_and_a_clock_set_back_takes_nothing(tokens, seconds, per_minute):
    rate = rules.rate_of(per_minute)
    after = rules.refilled(min(tokens, rate.capacity), seconds, rate)
    assert min(tokens, rate.capacity) <= after <= rate.capacity


@pytest.fixture
def store(settings, tmp_path, monkeypatch):
    settings.VAR = tmp_path
    monkeypatch.setattr(limits, "_take_in_database", limits._take_in_file)      # the file, on either database
    return tmp_path


def test_of_many_at_once_exactly_so_many_get_through(store):
    rate, through, gate = rules.Rate(20, 0.0001), [], threading.Barrier(8)

    def ask():
        gate.wait()
        through.extend(limits.take("k", rate) == 0 for _ in range(10))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(through), sum(through)) == (80, 20)


def test_an_empty_bucket_says_how_long_and_fills_again(store, monkeypatch):
    rate = rules.rate_of(60)
    for _ in range(60):
        assert limits.take("k", rate) == 0
    assert limits.take("k", rate) == 1
    later = time.time() + 5
    monkeypatch.setattr(limits.time, "time", lambda: later)
    assert [limits.take("k", rate) for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    monkeypatch.setattr(limits.time, "time", lambda: later - 86_400)            # the clock steps back: nobody is shut out for a day
    assert limits.take("k", rate) == 1
    monkeypatch.setattr(limits.time, "time", lambda: later - 86_398)
    assert limits.take("k", rate) == 0


def test_a_store_that_fails_lets_everybody_through(store, settings):
    settings.VAR = store / "not-there"
    assert limits.take("k", rules.Rate(1, 1)) == 0


@pytest.mark.django_db
def test_a_bucket_counts_whichever_database_is_there(store):
    """On PostgreSQL it lies in a table, on SQLite in a file beside the data."""
    rate = rules.Rate(3, 0.0001)
    assert [limits.take("k", rate) == 0 for _ in range(5)] == [True, True, True, False, False]
