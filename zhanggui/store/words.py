"""Words of the store room."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "store.shop_unknown": ("没有找到这家店铺", "There is no such shop"),
    "store.product_unknown": ("没有找到这件商品", "There is no such product"),
    "store.order_unknown": ("没有找到这个订单", "There is no such order"),
    "store.bad_cursor": ("翻页参数有误", "The page cursor is not valid"),
    "store.no_lines": ("购物车是空的", "There is nothing in the cart"),
    "store.many_lines": ("一个订单最多 {limit} 种商品", "An order has at most {limit} different items"),
    "store.quantity": ("每种商品可买 1 到 {limit} 件", "Between 1 and {limit} pieces of each item"),
    "store.variant_unknown": ("商品或规格已下架", "This item is no longer for sale"),
    "store.sold_out": ("{name} 只剩 {left} 件了", "Only {left} left of {name}"),
    "store.step": ("订单现在不能这样操作", "The order's state does not allow this"),
    "store.request": ("下单请求有误，请刷新后再试", "The order request is not valid; please reload"),
    "store.receiver_name": ("收货人要 1 到 {limit} 个字", "The receiver's name has 1 to {limit} characters"),
    "store.receiver_phone": ("请填写正确的手机号", "Please enter a valid phone number"),
    "store.receiver_region": ("请填写省市", "Please enter province and city"),
    "store.receiver_address": ("详细地址要 1 到 {limit} 个字", "The address has 1 to {limit} characters"),
    "store.text_long": ("最多 {limit} 个字", "At most {limit} characters"),
    "store.shop_name": ("店铺名要 1 到 {limit} 个字", "A shop's name has 1 to {limit} characters"),
    "store.timezone": ("没有这个时区：{name}", "There is no such time zone: {name}"),
    "store.currency": ("货币要用三个字母的代码，例如 CNY", "A currency is a code of three letters, such as CNY"),
    "store.origin": (
        "网站地址要像 https://shop.example.com 这样",
        "A site's address looks like https://shop.example.com",
    ),
    "store.origins_many": ("最多 {limit} 个网站", "At most {limit} sites"),
    "store.reason": ("请写明查看原因（1 到 {limit} 个字）", "Please give a reason of 1 to {limit} characters"),
    "store.price": ("价格有误", "The price is not valid"),
    "store.stock": ("库存有误", "The stock is not valid"),
}
