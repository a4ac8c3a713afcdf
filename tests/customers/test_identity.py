"""Whom the shop vouches for: every forgery is refused."""

import base64
import json

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.customers.rules import mint_identity, verify_identity
from zhanggui.customers.shapes import IdentityClaims
from zhanggui.foundation.errors import Unauthenticated

SECRET = "s" * 43
SHOP = "s_1"
NOW = 1_800_000_000_000
SECONDS = NOW // 1000
GOOD = {"aud": SHOP, "sub": "u1", "name": "陈小姐", "exp": SECONDS + 600}


def signed(claims: dict[str, object], *, secret: str = SECRET, algorithm: str = "HS256") -> str:
    """A token as somebody might send it; only a key we choose signs it."""
    return jwt.encode(claims, secret, algorithm=algorithm)


def without(name: str) -> dict[str, object]:
    return {key: value for key, value in GOOD.items() if key != name}


def unsigned() -> str:
    parts = [json.dumps({"alg": "none", "typ": "JWT"}), json.dumps(GOOD)]
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts) + "."


def test_what_we_mint_is_what_we_read() -> None:
    claims = IdentityClaims(external_id="u1", name="陈小姐")
    assert verify_identity(mint_identity(SECRET, SHOP, claims, NOW), SECRET, SHOP, NOW) == claims


def test_a_name_is_one_line_without_hidden_signs() -> None:
    token = signed({**GOOD, "name": " 小\u202e棠\n<b> " + "长" * 60})
    assert verify_identity(token, SECRET, SHOP, NOW).name == ("小棠 <b> " + "长" * 60)[:40]


@pytest.mark.parametrize(
    "token",
    [
        "", "a.b.c", "ä.b.c", "x" * 5000, unsigned(),
        signed(GOOD, secret="t" * 43),
        signed(GOOD, secret="s" * 64, algorithm="HS512"),
        signed({**GOOD, "aud": "s_2"}), signed({**GOOD, "aud": [SHOP]}), signed(without("aud")),
        signed({**GOOD, "exp": SECONDS + 3600 + 61}), signed(without("exp")), signed({**GOOD, "exp": str(SECONDS + 5)}),
        signed({**GOOD, "exp": True}), signed({**GOOD, "exp": SECONDS + 5.5}),
        signed(without("sub")), signed({**GOOD, "sub": ""}), signed({**GOOD, "sub": "x" * 129}),
        signed({**GOOD, "sub": "a\u200bb"}), signed({**GOOD, "sub": " a"}),
        signed(without("name")), signed({**GOOD, "name": "\u200b"}), signed({**GOOD, "name": 5}),
        signed(GOOD)[:-2] + "AA",
    ],
)  # fmt: skip
def test_forgeries_are_refused(token: str) -> None:
    with pytest.raises(Unauthenticated, match="identity_invalid"):
        verify_identity(token, SECRET, SHOP, NOW)


@pytest.mark.parametrize("late", [0, 1, 100_000])
def test_an_old_one_has_expired(late: int) -> None:
    with pytest.raises(Unauthenticated, match="identity_expired"):
        verify_identity(signed({**GOOD, "exp": SECONDS - late}), SECRET, SHOP, NOW)


def test_a_shop_without_a_secret_vouches_for_nobody() -> None:
    with pytest.raises(Unauthenticated):
        verify_identity(signed(GOOD), "", SHOP, NOW)


@given(st.text(max_size=200))
def test_any_text_is_refused_and_nothing_breaks(text: str) -> None:
    with pytest.raises(Unauthenticated):
        verify_identity(text, SECRET, SHOP, NOW)
