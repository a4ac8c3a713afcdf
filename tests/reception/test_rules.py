"""Whom a conversation goes to: a table, and laws that hold for every desk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.reception.rules import Candidate, choose_agent


def one(agent: str, open_: int = 0, capacity: int = 20, *groups: str, online: bool = True) -> Candidate:
    return Candidate(agent, online, open_, capacity, frozenset(groups))


@pytest.mark.parametrize(
    ("candidates", "group", "not_for", "chosen"),
    [
        ([], None, "", None),
        ([one("a")], None, "", "a"),
        ([one("a", online=False)], None, "", None),
        ([one("a", 20)], None, "", None),
        ([one("a", 0, 0)], None, "", None),
        ([one("a", 3), one("b", 2)], None, "", "b"),
        ([one("a", 2, 3), one("b", 2, 9)], None, "", "b"),
        ([one("b", 2), one("a", 2)], None, "", "a"),
        ([one("a", 2), one("b", 19, 19)], None, "", "a"),
        ([one("a"), one("b", 5, 20, "g")], "g", "", "b"),
        ([one("a")], "g", "", None),
        ([one("a"), one("b", 9)], None, "a", "b"),
        ([one("a")], None, "a", None),
    ],
)
def test_the_table(candidates: list[Candidate], group: str | None, not_for: str, chosen: str | None):
    assert choose_agent(candidates, group=group, not_for=not_for).agent == chosen


desks = st.lists(
    st.builds(
        Candidate, st.sampled_from("abcdefgh"), st.booleans(), st.integers(0, 6), st.integers(0, 6),
        st.frozensets(st.sampled_from(["g", "h"])),
    ),
    unique_by=lambda candidate: candidate.agent, max_size=8,
)  # fmt: skip
groups = st.sampled_from([None, "g", "h"])


@given(desks, groups, st.sampled_from(["", "a", "b"]), st.randoms())
def test_laws(desk: list[Candidate], group: str | None, not_for: str, chance):
    decision = choose_agent(desk, group=group, not_for=not_for)
    fit = [
        c for c in desk
        if c.online and c.open < c.capacity and c.agent != not_for and (group is None or group in c.groups)
    ]  # fmt: skip
    assert (decision.agent is None) == (not fit)
    assert len(decision.reasons) == len(desk)
    if decision.agent is not None:
        assert min(c.open for c in fit) == next(c.open for c in fit if c.agent == decision.agent)
    shuffled = list(desk)
    chance.shuffle(shuffled)
    assert choose_agent(shuffled, group=group, not_for=not_for).agent == decision.agent
