"""A backup older than an erasure does not bring the person back: with the commands an operator types, on a database of its own."""

import json

from .conftest import FIRST_ISSUE, HERE

ASKED = "SELECT id, email FROM people_user WHERE id IN (SELECT person_id FROM evidence_evidenceitem) ORDER BY id"


def database_name(there):
    """What an operator types to say that they mean this database."""
    name = there.url.rsplit("/", 1)[1]
    return name if HERE == "sqlite" else f"{name}@127.0.0.1"


def test_whoever_was_erased_stays_erased(make):
    there = make(HERE)
    there.sheber("restore", FIRST_ISSUE)
    (number, email), ledger = there.query(ASKED)[0], there.query("SELECT COUNT(*) FROM evidence_evidenceitem")
    name = there.query(f"SELECT name FROM people_user WHERE id = {number}")[0][0]
    name = name if isinstance(name, dict) else json.loads(name)
    done = there.sheber("users", "erase", email, "--reason", "asked by letter")
    assert "The person is erased" in done.stdout
    journal = json.loads((there.folder / "erasures.json").read_text())
    assert [one["person"] for one in journal] == [number]
    assert email not in json.dumps(journal)

    again = there.sheber("restore", FIRST_ISSUE, "--replace", typed=f"{database_name(there)}\n")
    assert "1 person who was erased after this backup was made is erased again." in again.stdout
    assert there.query(f"SELECT email FROM people_user WHERE id = {number}") == [(f"erased-{number}@erased.invalid",)]
    rest = json.dumps([there.query(sql) for sql in (
        "SELECT email, name FROM people_user", "SELECT before, after, reason FROM audit_auditentry", "SELECT word FROM search_word")],
        ensure_ascii=False, default=str)
    rest = rest.encode().decode("unicode_escape") if "\\u" in rest else rest
    assert email not in rest
    assert name["en"] not in rest
    assert there.query("SELECT COUNT(*) FROM evidence_evidenceitem") == ledger
    assert there.json("audit", "verify")["ok"]
