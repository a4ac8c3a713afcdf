"""What may be done with shops, products and orders. Receivers are masked for everybody; `reveal` is audited."""

from zhanggui.foundation.access import ROLES, Permission

SHOP_READ = Permission("store.shop.read", "查看店铺", "See shops", ROLES)
SHOP_EDIT = Permission("store.shop.edit", "修改店铺设置", "Edit shop settings", ("owner", "lead"))
SHOP_SECRET = Permission("store.shop.secret", "更换店铺密钥", "Replace the shop's secret")
PRODUCT_READ = Permission("store.product.read", "查看商品", "See products", ROLES)
ORDER_READ = Permission("store.order.read", "查看客户订单", "See customers' orders", ROLES)
ORDER_REVEAL = Permission("store.order.reveal", "查看完整收货信息", "Reveal receivers", ("owner", "lead", "agent"))
