"""Laws of waiting, watching and the schedule, with clocks that do what they like."""

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sheber.spine.jobs.rules.recurring import turn
from sheber.spine.jobs.rules.waiting import LONGEST_S, next_wait_s
from sheber.spine.jobs.rules.watching import Waits, Watch

START = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
EVERY = dt.timedelta(minutes=10)
PERIOD_S = EVERY.total_seconds()
TICK_S = 5.0

ticks = st.lists(st.floats(0.1, 3 * PERIOD_S, allow_nan=False), min_size=1, max_size=60)
steps = st.lists(st.tuples(st.integers(0, 400), st.floats(-30 * PERIOD_S, 0)), max_size=3)
"""After how many ticks, and by how many seconds the clock is set back."""


def history(gaps_s, shifts=()):
    """True seconds at which the work was started, as ``turn`` decides at each tick; the clock it sees is shifted as told."""
    true_s, shift_s, next_at, started = 0.0, 0.0, None, []
    for number, gap_s in enumerate(gaps_s):
        true_s += gap_s
        shift_s += sum(by for at, by in shifts if at == number)
        step = turn(next_at=next_at, every=EVERY, now=START + dt.timedelta(seconds=true_s + shift_s))
        next_at = step.next_at
        if step.start:
            started.append(true_s)
    return started


@given(gaps_s=ticks)
def test_on_a_good_clock_each_period_has_one_start_if_anybody_looked(gaps_s):
    """Periods are counted from the first start; the oracle puts each tick into its period."""
    moments = [round(sum(gaps_s[:n + 1]), 3) for n in range(len(gaps_s))]
    rounded = [moments[0], *(round(b - a, 3) for a, b in pairwise(moments))]
    looked = {round(moment - moments[0], 3) // PERIOD_S for moment in moments}
    started = [round(at - moments[0], 3) // PERIOD_S for at in history(rounded)]
    assert sorted(looked) == started


@given(shifts=steps)
def test_a_clock_set_back_neither_repeats_nor_stalls(shifts):
    """By true time: never two starts within a period, never more than three periods without one."""
    started = history([TICK_S] * 600, shifts)
    apart = [b - a for a, b in pairwise(started)]
    assert all(one >= PERIOD_S - 1e-3 for one in apart)
    back = sum(1 for at, by in shifts if at < 600 and by < 0)
    assert all(one <= (2 * back + 2) * PERIOD_S + TICK_S for one in apart)
    if not back:
        assert len(started) == 600 * TICK_S // PERIOD_S
    assert started


def test_one_step_back_of_any_length_costs_at_most_three_periods():
    for by in range(0, 40 * int(PERIOD_S), 601):
        for at in range(0, 120, 17):
            started = history([TICK_S] * 600, [(at, -float(by))])
            assert max(b - a for a, b in pairwise(started)) <= 3 * PERIOD_S + TICK_S, (by, at)


@given(by=st.floats(1, PERIOD_S - TICK_S), at=st.integers(1, 300), ticks_later=st.integers(1, 100))
def test_a_step_back_that_is_undone_repeats_no_period(by, at, ticks_later):
    """A clock that goes wrong by less than a period and is put right: by true time each period, counted from the first start, has one."""
    started = history([TICK_S] * 600, [(at, -by), (at + ticks_later, by)])
    periods = [round(one - started[0], 3) // PERIOD_S for one in started]
    assert periods == list(range(len(periods)))


@given(forward=st.floats(0, 50 * PERIOD_S))
def test_missed_periods_become_one_start(forward):
    next_at = START
    step = turn(next_at=next_at, every=EVERY, now=START + dt.timedelta(seconds=forward))
    assert step.start
    assert START + dt.timedelta(seconds=forward) < step.next_at <= START + dt.timedelta(seconds=forward) + EVERY
    assert (step.next_at - next_at) % EVERY == dt.timedelta(0)


@given(most=st.integers(1, 30_000), chance=st.floats(0, 1))
def test_waits_grow_to_an_hour_and_end(most, chance):
    waits = [next_wait_s(n, max_attempts=most, chance=chance) for n in range(1, min(most, 40) + 1)]
    known = [one for one in waits if one is not None]
    assert all(one is not None for one in waits[:most - 1])
    assert next_wait_s(most, max_attempts=most, chance=chance) is None
    assert known == sorted(known)
    assert all(0 < one <= LONGEST_S * 1.1 + 1e-6 for one in known)


def test_the_first_waits():
    assert [next_wait_s(n, max_attempts=9, chance=0.5) for n in range(1, 8)] == [10, 30, 90, 270, 810, 2430, 3600]


@given(beats=st.lists(st.booleans(), min_size=1, max_size=80))
def test_a_watch_takes_what_stood_still_and_nothing_else(beats):
    """Looking every second with a patience of 5: the oracle counts the looks since the last change."""
    watch, value, still = Watch(patience_s=5, gap_s=2), 0, None
    for second, moved in enumerate(beats):
        value += moved
        still = 0 if moved or still is None else still + 1
        assert watch.look({"job": value}, float(second)) == (["job"] if still >= 5 else [])


@given(pause=st.floats(2.01, 1e6))
def test_a_watcher_that_slept_begins_anew(pause):
    watch = Watch(patience_s=5, gap_s=2)
    for second in range(5):
        assert watch.look({"job": 0}, float(second)) == []
    assert watch.look({"job": 0}, 4 + pause) == []
    watch.forget()
    assert watch.look({"job": 0}, 4 + pause + 1) == []


def test_waits_are_counted_by_the_watchers_own_clock():
    waits = Waits()
    assert waits.over({"a": 10.0}, 100.0) == []
    assert waits.over({"a": 10.0, "b": 1.0}, 109.0) == []
    assert waits.over({"a": 10.0, "b": 1.0}, 110.0) == ["a", "b"]
    assert waits.over({}, 111.0) == []
    assert waits.over({"a": 10.0}, 112.0) == []                     # another wait of the same work
