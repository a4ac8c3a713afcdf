"""The day, continued: customers, what they buy, and who turns out to be whom."""

from tests.house.day import PRICE, SYSTEM, Cast, watched
from tests.house.mirror import WidgetPage
from tests.store.builders import a_product, an_order_for
from zhanggui.customers import actions as people
from zhanggui.customers.shapes import CustomerPatch
from zhanggui.store import actions as trade
from zhanggui.store.shapes import ReceiverIn, ShopPatch
from zhanggui.storefront import actions as counter


async def customers_change(cast: Cast) -> None:
    """The card of somebody whose conversation stands open on pages."""
    story, owner, who = cast.story, await cast.story.viewer(cast.owner), cast.ann.customer
    patch = CustomerPatch(name="陈小姐", profile={"尺码": "S"})
    await story.does(people.do_patch, who, actor=SYSTEM, patch=patch)
    remark = await story.does(people.do_add_remark, who, actor=owner, text="喜欢桂花")
    await story.does(people.do_remove_remark, who, remark.id, viewer=owner)
    await story.does(people.do_set_tags, who, tags=["老客", "爱退货"])
    await story.does_silently(people.do_see_visitor, cast.ann.visitor, language="en", page={"url": "https://x.test/p"})


async def orders(cast: Cast) -> str:
    """An order from placing to refund, and one nobody pays for."""
    story, who = cast.story, cast.ann.customer
    template = await story.does(
        trade.do_add_template, cast.shop, trade.NewTemplate(name="标准", fee=PRICE, free_from=None, remote_fee=PRICE)
    )
    variant = trade.NewVariant(name="S", price=PRICE, stock=9)
    new = trade.NewProduct(name="衬衫", template=template, variants=[variant], picture="p01.svg")
    await story.does(trade.do_add_product, cast.shop, new)
    product = await a_product(story.db, cast.shop)
    wanted = product.variants[0].id
    order = await story.does(trade.do_place, cast.shop, who, given=an_order_for(wanted))
    await story.does(trade.do_step, order.id, "pay", by="customer")
    await story.does(trade.do_step, order.id, "ship", by="system", carrier="顺丰", tracking="SF1")
    await story.does(trade.do_step, order.id, "ask_refund", by="customer", text="太大")
    await story.does(trade.do_step, order.id, "keep", by=cast.li)
    await story.does(trade.do_step, order.id, "ask_refund", by="customer")
    await story.does(trade.do_step, order.id, "refund", by=cast.li)
    await story.does(trade.do_place, cast.shop, who, given=an_order_for(wanted))
    assert await story.does(trade.do_close_overdue, held=-1) == 1
    await story.does_silently(trade.do_reveal, order.id, actor=SYSTEM, field="phone", reason="核对地址")
    return wanted


async def somebody_known(cast: Cast, wanted: str) -> None:
    """An anonymous visitor with an open conversation and an order turns out to be a customer who has both as well."""
    story = cast.story
    who = people.KnownCustomer(
        external_id="u7", name="周先生", phone="13800000009", city="上海", address="路 1 号", level=""
    )
    known = await story.does(people.do_make_known, cast.shop, who)
    await story.does_silently(people.do_reveal, known, actor=SYSTEM, field="phone", reason="回电")
    third = WidgetPage((await story.does(people.do_make_visitor, cast.shop)).visitor)
    await story.opens(third)
    await story.does(people.do_identify, third.visitor, "u7", "周先生")
    stays = await story.customer_says(third, cast.shop, "我是老客")
    await watched(cast, cast.wang, stays)
    await story.customer_says(cast.ann, cast.shop, "我也在")
    await story.does(trade.do_place, cast.shop, cast.ann.customer, given=an_order_for(wanted))
    done = await story.does(people.do_identify, cast.ann.visitor, "u7", "周先生")
    assert (done.customer, cast.ann.customer) == (known, known)
    await story.does(people.do_set_tags, known, tags=["合并过"])
    await story.agent_says(cast.li, stays, "看到了")
    assert await story.customer_says(cast.ann, cast.shop, "好的") == stays
    await forgetting(cast, third)


async def forgetting(cast: Cast, third: WidgetPage) -> None:
    story = cast.story
    story.widgets.remove(third)
    made = await story.does(people.do_forget, third.visitor)
    await story.opens(WidgetPage(made.visitor))


async def a_shop_changes(cast: Cast) -> None:
    story = cast.story
    await story.does(trade.do_patch_shop, cast.shop, actor=SYSTEM, patch=ShopPatch(name="大店", greeting="欢迎"))
    await story.does(trade.do_open_shop, "二店")
    await story.does_silently(trade.do_new_secret, cast.shop, actor=SYSTEM)
    buyer = await story.does(counter.do_register, cast.shop, login="c9", name="买家", password=None)
    receiver = ReceiverIn(name="陈", phone="13800000001", region="上海 上海市", address="路 1 号")
    await story.does_silently(counter.do_keep_receiver, buyer.id, receiver)
