"""The demo shop's people: accounts with random passwords, groups."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from zhanggui.demo.content import Person, ShopTexts
from zhanggui.foundation.access import PERMISSIONS, Viewer
from zhanggui.foundation.audit import SystemActor
from zhanggui.foundation.database import Database, Tx
from zhanggui.foundation.ids import AgentId
from zhanggui.team.actions import NewAgent, do_create_agent, do_create_group, do_set_up
from zhanggui.team.passwords import Hasher
from zhanggui.team.secrets import new_password
from zhanggui.team.shapes import AgentView, GroupIn


@dataclass(frozen=True, slots=True)
class Login:
    """How to sign in as one of the demo's people."""

    login: str
    password: str = field(repr=False)
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works here: agents by the name customers read, and each one's group."""

    agents: Mapping[str, AgentView]
    groups: Mapping[str, str]

    def viewer(self, name: str) -> Viewer:
        """Return this person with every right, for what the demo does in his name."""
        view = self.agents[name]
        return Viewer(AgentId(view.id), view.nick, view.role, frozenset(PERMISSIONS), address="demo")


async def make_people(database: Database, shop: ShopTexts) -> tuple[Desk, list[Login]]:
    """Make every account; the first one is the owner. Passwords are hashed before any transaction."""
    logins = [Login(one.login, new_password(), one.full_name, one.role) for one in shop.agents]
    hasher = Hasher()
    try:
        kept = [await hasher.hash(one.password) for one in logins]
    finally:
        hasher.close()
    return await database.write(_write, shop, kept), logins


def _write(tx: Tx, shop: ShopTexts, kept: list[str]) -> Desk:
    views: dict[str, AgentView] = {}
    for person, password in zip(shop.agents, kept, strict=True):
        new = _account(person, password)
        if not views:
            views[person.name] = do_set_up(tx, new=new, shop_name=shop.name, address="demo")
        else:
            views[person.name] = do_create_agent(tx, actor=SystemActor(), new=new, limit=len(kept))
    groups: dict[str, str] = {}
    for team in shop.groups:
        members = [views[one.name].id for one in shop.agents if one.group == team.name]
        given = GroupIn(name=team.name, note=team.description, members=members)
        made = do_create_group(tx, actor=SystemActor(), new=given)
        groups |= {one.name: made.id for one in shop.agents if one.group == team.name}
    return Desk(agents=views, groups=groups)


def _account(person: Person, password: str) -> NewAgent:
    return NewAgent(
        login=person.login, name=person.full_name, nick=person.name, role=person.role, password=password,
        must_change=False,
    )  # fmt: skip
