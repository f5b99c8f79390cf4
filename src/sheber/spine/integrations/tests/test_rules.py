"""Rules on plain values, against vectors and lists that are not ours."""

import base64
import datetime as dt
import hmac
import ipaddress
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheber.spine.integrations.rules import addresses, repeating, retrying, sealing, signing, tokens

# --- signatures ------------------------------------------------------------------------------------------------------------------

# The example that the libraries of Standard Webhooks carry in their own tests.
SECRET, MESSAGE, STAMP = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
BODY, SIGNATURE = b'{"test": 2432232314}', "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_signature_is_that_of_the_specification():
    assert signing.sign(SECRET, message_id=MESSAGE, timestamp=STAMP, body=BODY) == SIGNATURE


def received(secret, headers, body):
    """What a receiver does, written from the specification."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, text, "sha256").digest()).decode()
    return any(hmac.compare_digest(one, f"v1,{wanted}") for one in headers["webhook-signature"].split(" "))


@given(body=st.binary(max_size=200), stamp=st.integers(0, 2**40), flip=st.integers(0, 2**20))
def test_a_receiver_believes_a_message_and_not_a_changed_one(body, stamp, flip):
    earlier, later = signing.make_secret(), signing.make_secret()
    headers = signing.headers([later, earlier], message_id="msg_1", timestamp=stamp, body=body)
    assert received(earlier, headers, body)
    assert received(later, headers, body)
    changed = bytearray(body + b"x")
    changed[flip % len(changed)] ^= 1
    assert not received(later, headers, bytes(changed))
    assert not received(later, {**headers, "webhook-timestamp": str(stamp + 1)}, body)
    assert not received(signing.make_secret(), headers, body)


# --- tokens ----------------------------------------------------------------------------------------------------------------------

def test_a_token_is_checked_by_the_crc_that_zip_uses():
    text = tokens.make()
    digits = [tokens.LETTERS.index(letter) for letter in text[-6:]]
    assert sum(digit * 62 ** place for place, digit in enumerate(reversed(digits))) == zlib.crc32(text[4:-6].encode())
    assert tokens.well_formed(text)
    assert len({tokens.make() for _ in range(100)}) == 100


@given(place=st.integers(0, 39), letter=st.sampled_from(tokens.LETTERS))
def test_one_wrong_letter_is_noticed(place, letter):
    text = tokens.make()
    changed = text[:place] + letter + text[place + 1:]
    assert tokens.well_formed(changed) == (changed == text)


@given(st.text(max_size=60))
def test_no_other_text_passes_for_a_token(text):
    assert not tokens.well_formed(text)


# --- addresses -------------------------------------------------------------------------------------------------------------------

PRIVATE = [
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "255.255.255.255", "224.0.0.1", "198.18.0.1", "192.0.2.1", "203.0.113.7", "240.0.0.1", "168.63.129.16", "100.100.100.200",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1",
    "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::", "2001:0:7f00:1::",
    "2001:db8::1", "100::1", "fec0::1", "3fff::1", "5f00::1", "not an address", ""]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_lies_inside_is_not_public(address):
    assert not addresses.is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "95.56.234.1", "2606:4700::1111", "2a00:1450::1"])
def test_the_open_internet_is_public(address):
    assert addresses.is_public(address)


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_nothing_is_public_that_python_calls_private(address):
    if addresses.is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast
        if isinstance(address, ipaddress.IPv6Address):
            assert address.ipv4_mapped is None
            assert address.sixtofour is None
            assert address.teredo is None


@pytest.mark.parametrize(("url", "fault"), [
    ("http://example.org/", "not_https"), ("ftp://example.org/", "not_https"), ("file:///etc/passwd", "not_https"),
    ("example.org", "not_https"), ("https://", "not_an_address"), ("https:///x", "not_an_address"), ("https://a b/", "not_an_address"),
    ("https://a\\@b/", "not_an_address"), ("https://user@example.org/", "names_a_person"), ("https://u:p@example.org/", "names_a_person"),
    ("https://example.org:22/", "port_not_open"), ("https://example.org:99999/", "not_an_address"),
    ("https://example.org:x/", "not_an_address"), ("https://example.org/#x", "has_fragment"),
    ("https://exa\nmple.org/", "not_an_address"), ("https://example.org/\r\nX: 1", "not_an_address"), ("https://[::1/", "not_an_address"),
    ("https://" + "a" * 600, "not_an_address"), ("https://example.org/жол", "not_an_address"),
    ("https://[fe80::1%25eth0]/", "not_an_address")])
def test_addresses_that_are_refused(url, fault):
    with pytest.raises(addresses.AddressError) as no:
        addresses.target(url)
    assert no.value.fault == fault


def test_an_address_is_taken_apart():
    one = addresses.target("https://münchen.example:8443/a?b=c")
    assert (one.scheme, one.port, one.path, one.authority) == ("https", 8443, "/a?b=c", "xn--mnchen-3ya.example:8443")
    assert addresses.target("https://[2606:4700::1111]/").authority == "[2606:4700::1111]"


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_addresses(text):
    for url in (text, f"https://{text}", f"https://example.org{text}"):
        try:
            found = addresses.target(url)
        except addresses.AddressError:
            continue
        assert found.host.isascii()
        assert found.path.isascii()


# --- waiting, repeating, sealing -------------------------------------------------------------------------------------------------

def test_ten_attempts_within_about_three_days():
    waits = [retrying.next_wait_s(n, chance=0.5) for n in range(1, 11)]
    assert waits[-1] is None
    assert waits[:-1] == sorted(waits[:-1])
    assert 3 <= sum(waits[:-1]) / 86_400 <= 3.5


@given(n=st.integers(1, 9), chance=st.floats(0, 1))
def test_a_wait_is_spread_by_a_tenth(n, chance):
    assert 0.9 <= retrying.next_wait_s(n, chance=chance) / retrying.WAITS_S[n - 1] <= 1.1


@pytest.mark.parametrize(("header", "wait"), [("7", 7), ("", None), ("-1", None), ("soon", None), ("٣", None), ("99999999", None)])
def test_retry_after_in_seconds_is_heeded(header, wait):
    assert retrying.asked_wait_s(header) == wait
    assert retrying.next_wait_s(1, chance=0, asked_s=10**9) == 6 * 3600


@pytest.mark.parametrize(("days", "status", "end"), [(4.9, 500, False), (5.1, 500, True), (0, 410, True), (0, None, False)])
def test_when_a_webhook_is_switched_off(days, status, end):
    now = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    assert retrying.given_up(failing_since=now - dt.timedelta(days=days), now=now, status=status) is end


@given(one=st.tuples(st.binary(max_size=9), st.binary(max_size=9)), other=st.tuples(st.binary(max_size=9), st.binary(max_size=9)))
def test_parts_of_a_request_do_not_run_together(one, other):
    made = [repeating.fingerprint(method="POST", address=first.decode("latin-1"), content_type="x", body=second)
            for first, second in (one, other)]
    assert (made[0] == made[1]) == (one == other)


def test_what_was_sealed_with_another_key_is_unreadable(settings):
    settings.SECRET_KEY = "first"
    sealed = sealing.seal(b"secret")
    assert sealing.unseal(sealed) == b"secret"
    settings.SECRET_KEY = "second"
    with pytest.raises(sealing.UnreadableError):
        sealing.unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = ["first"]
    assert sealing.unseal(sealed) == b"secret"
