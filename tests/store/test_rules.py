"""Pure decisions: steps, bills, hours, texts."""

from decimal import Decimal
from itertools import product as pairs
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.builders import SETTINGS
from zhanggui.foundation.errors import Conflict, Invalid
from zhanggui.store import rules
from zhanggui.store.rules import Freight
from zhanggui.store.shapes import (
    Greeting,
    Hours,
    OrderState,
    ReceiverIn,
    ShopSettings,
    StepName,
    WantedLine,
)

STATES: tuple[OrderState, ...] = get_args(OrderState)
STEPS: tuple[StepName, ...] = get_args(StepName)
POST = Freight(fee=Decimal(8), free_from=Decimal(99), remote_fee=Decimal(15))

ALLOWED = {
    "placed": {"pay": "paid", "close": "closed"},
    "paid": {"ship": "shipped", "ask_refund": "refunding"},
    "shipped": {"complete": "completed", "ask_refund": "refunding"},
    "completed": {"ask_refund": "refunding"},
    "refunding": {"refund": "refunded", "keep": "paid"},
    "refunded": {},
    "closed": {},
}


@pytest.mark.parametrize(("state", "step"), list(pairs(STATES, STEPS)))
def test_every_step_from_every_state(state: OrderState, step: StepName) -> None:
    wanted = ALLOWED[state].get(step)
    if wanted is None:
        with pytest.raises(Conflict):
            rules.next_state(state, step)
    else:
        assert rules.next_state(state, step) == wanted


@pytest.mark.parametrize(
    ("shipped", "completed", "back"), [(False, False, "paid"), (True, False, "shipped"), (True, True, "completed")]
)
def test_a_refund_taken_back_returns_to_where_it_was(shipped: bool, completed: bool, back: str) -> None:
    assert rules.next_state("refunding", "keep", shipped=shipped, completed=completed) == back


@pytest.mark.parametrize(
    ("states", "tag"),
    [
        ([], None), (["completed", "closed", "refunding"], None), (["shipped"], "shipped"),
        (["shipped", "paid"], "paid"), (["shipped", "placed", "paid"], "placed"),
    ],
)  # fmt: skip
def test_trade_tag(states: list[OrderState], tag: str | None) -> None:
    assert rules.trade_tag(states) == tag


@pytest.mark.parametrize(
    ("price", "quantity", "region", "newcomer", "discount", "shipping"),
    [
        ("69", 1, "上海", False, "0", "8"),
        ("99", 1, "上海", False, "0", "0"),
        ("69", 1, "新疆 乌鲁木齐", False, "0", "23"),
        ("269", 1, "西藏", False, "20", "15"),
        ("269", 1, "浙江", True, "25", "0"),
        ("199", 1, "浙江", False, "20", "0"),
        ("198.99", 1, "浙江", False, "0", "0"),
        ("133", 3, "浙江", False, "50", "0"),
        ("3", 1, "浙江", True, "3", "8"),
    ],
)
def test_bills(price: str, quantity: int, region: str, newcomer: bool, discount: str, shipping: str) -> None:
    found = rules.bill([(Decimal(price), quantity)], [POST], SETTINGS, region=region, newcomer=newcomer)
    assert (found.discount, found.shipping) == (Decimal(discount), Decimal(shipping))
    assert found.amount == Decimal(price) * quantity - Decimal(discount) + Decimal(shipping)


@given(
    st.lists(st.tuples(st.decimals(0, 10_000, places=2), st.integers(1, 99)), min_size=1, max_size=20),
    st.booleans(),
    st.sampled_from(["上海", "新疆 喀什", ""]),
)
def test_a_bill_never_pays_the_buyer(lines: list[tuple[Decimal, int]], newcomer: bool, region: str) -> None:
    found = rules.bill(lines, [POST], SETTINGS, region=region, newcomer=newcomer)
    assert found.amount >= 0
    assert found.amount == found.amount.quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    ("opens", "closes", "at", "inside"),
    [
        ("08:30", "22:30", "08:30", True), ("08:30", "22:30", "22:30", False), ("22:30", "08:30", "23:00", True),
        ("22:30", "08:30", "03:00", True), ("22:30", "08:30", "09:00", False), ("00:00", "00:00", "12:00", True),
    ],
)  # fmt: skip
def test_hours_may_run_over_midnight(opens: str, closes: str, at: str, inside: bool) -> None:
    from datetime import time

    assert rules.within(opens, closes, time.fromisoformat(at)) is inside


def test_the_shop_greets_in_its_own_zone() -> None:
    settings = ShopSettings(
        hours=Hours(opens="08:30", closes="22:30"),
        greetings=[Greeting(opens="08:30", closes="12:00", text="早上好", text_en="Good morning")],
        greeting_en="Hello",
    )
    morning = 1_800_000_000_000 - 1_800_000_000_000 % 86_400_000 + 3_600_000  # 01:00 UTC is 09:00 in Shanghai
    for zone, language, text in (
        ("Asia/Shanghai", "zh-CN", "早上好"), ("Asia/Shanghai", "en-GB", "Good morning"),
        ("UTC", "zh-CN", "您好"), ("UTC", "en", "Hello"),
    ):  # fmt: skip
        assert rules.greeting_at("您好", settings, zone, morning, language=language) == text
    assert rules.is_open(settings, "Asia/Shanghai", morning)
    assert not rules.is_open(settings, "UTC", morning)
    assert rules.is_open(ShopSettings(), "UTC", morning)


@pytest.mark.parametrize(
    ("given_origin", "kept"),
    [
        ("https://shop.example.com", "https://shop.example.com"),
        ("HTTPS://Shop.Example.com:443/", "https://shop.example.com"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_origins_as_browsers_name_them(given_origin: str, kept: str) -> None:
    assert rules.clean_origins([given_origin]) == [kept]


@pytest.mark.parametrize(
    "bad",
    ["", "*", "null", "shop.example.com", "https://", "ftp://a.b", "https://a.b/path", "https://u@a.b", "https://a b",
     "https://a.b:99999", "https://a.b?x", "javascript:alert(1)", "https://*.a.b"],
)  # fmt: skip
def test_other_origins_are_refused(bad: str) -> None:
    with pytest.raises(Invalid):
        rules.clean_origins([bad])


@pytest.mark.parametrize("quantity", [0, -1, 100])
def test_odd_quantities_are_refused(quantity: int) -> None:
    with pytest.raises(Invalid):
        rules.clean_lines([WantedLine(variant="x_1", quantity=quantity)])


def test_a_negative_line_cannot_hide_behind_another() -> None:
    with pytest.raises(Invalid):
        rules.clean_lines([WantedLine(variant="x_1", quantity=5), WantedLine(variant="x_1", quantity=-4)])


@pytest.mark.parametrize(
    ("field", "value"),
    [("phone", "12"), ("phone", "abc"), ("phone", "1" * 30), ("name", " "), ("name", "长" * 41), ("region", ""),
     ("address", "\u200b"), ("address", "长" * 121)],
)  # fmt: skip
def test_bad_receivers_name_the_field(field: str, value: str) -> None:
    good = {"name": "陈", "phone": "13800000001", "region": "上海", "address": "南芸路"}
    with pytest.raises(Invalid) as refused:
        rules.clean_receiver(ReceiverIn(**{**good, field: value}))
    assert refused.value.field == field


@pytest.mark.parametrize("zone", ["", "Nowhere/City", "../../etc/passwd", "\x00", "Asia"])
def test_unknown_zones_are_refused(zone: str) -> None:
    with pytest.raises(Invalid):
        rules.clean_timezone(zone)
