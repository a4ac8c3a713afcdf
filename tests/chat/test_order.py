"""Whatever fails and however often it is sent again: every line once, in its sender's order, and the chain holds."""

import errno
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.chat.builders import Person, Shop, submit
from zhanggui.chat.lines import insert_messages
from zhanggui.chat.sending import Lane, Receipt, Sending
from zhanggui.foundation.errors import TooMany, ZhangguiError

LINES = 6


@dataclass
class Mouth:
    """A sender with an outbox, as both clients have one: it goes on from the first line that was not acknowledged."""

    person: Person
    shop: Shop
    talk: str | None = None
    stored: dict[int, Receipt] = field(default_factory=dict)

    def line(self, order: int, *, too_fast: bool = False) -> Sending:
        refused = TooMany("chat.too_fast", retry_after=1) if too_fast else None
        name = f"{self.person.id}/{order}"
        return self.person.says(name, to=self.talk, id=name, order=order, shop=self.shop.id, refused=refused)

    def waiting(self) -> list[int]:
        return [order for order in range(1, LINES + 1) if order not in self.stored]

    def hears(self, order: int, answer: object) -> None:
        if isinstance(answer, Receipt):
            had = self.stored.setdefault(order, answer)
            assert (had.conversation, had.seq) == (answer.conversation, answer.seq), "stored twice"
        else:
            assert isinstance(answer, ZhangguiError)
            assert answer.retry


# without shrinking: each step costs a transaction, and a story of six rounds can be read
few = settings(
    max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
rounds = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.booleans()), min_size=1, max_size=10),
        st.booleans(),
        st.sets(st.integers(0, 2)),
    ),
    max_size=6,
)


async def talk(shop: Shop, mouths: list[Mouth], steps: list[tuple[int, bool, bool]]) -> None:
    """One group: (who, whether it is too fast, whether an old line is said again)."""
    sent: list[tuple[Mouth, int, Sending]] = []
    place = dict.fromkeys(range(len(mouths)), 0)
    for who, too_fast, again in steps:
        mouth = mouths[who]
        waiting = mouth.waiting()
        if again and mouth.stored:
            order = max(mouth.stored)
        elif place[who] < len(waiting):
            order = waiting[place[who]]
            place[who] += 1
        else:
            continue
        sent.append((mouth, order, mouth.line(order, too_fast=too_fast and not again)))
    answers = await submit(shop.db, *(sending for _, _, sending in sent))
    for (mouth, order, _), answer in zip(sent, answers, strict=True):
        mouth.hears(order, answer)


def _full(_tx: object, _rows: object) -> None:
    raise OSError(errno.ENOSPC, "no space left")


@given(rounds)
@few
@pytest.mark.slow
async def test_every_line_once_in_its_senders_order(shop: Shop, story: list[tuple[list[tuple[int, bool, bool]], bool, set[int]]]):  # fmt: skip  # noqa: E501
    agent = await shop.agent(role="lead")
    one, two = await shop.customer("甲"), await shop.customer("乙")
    first = await shop.said(one, "在吗")
    mouths = [Mouth(one, shop), Mouth(two, shop), Mouth(agent, shop, talk=first.conversation)]
    one.lane, one.order = Lane(), 0
    for steps, full, reconnecting in story:
        for who in reconnecting:
            mouths[who].person.lane = Lane()
        with pytest.MonkeyPatch.context() as broken:
            if full:
                broken.setattr(insert_messages, "run", _full)
            await talk(shop, mouths, steps)
    for _ in range(3):
        await talk(shop, mouths, [(who, False, False) for _ in range(LINES) for who in range(3)])
    for mouth in mouths:
        assert mouth.waiting() == []
        places = [(mouth.stored[order].conversation, mouth.stored[order].seq) for order in range(1, LINES + 1)]
        assert places == sorted(places)
        assert len(set(places)) == LINES
    for conversation in {mouth.stored[1].conversation for mouth in mouths}:
        texts = [text for text in await shop.texts(conversation) if "/" in text]
        for mouth in mouths:
            mine = [text for text in texts if text.startswith(f"{mouth.person.id}/")]
            wanted = [f"{mouth.person.id}/{order}" for order in range(1, LINES + 1)]
            assert mine in (wanted, [])
    await shop.goes(agent)
    await shop.holds()
