"""Talk of a large shop, made up: the same every time, varied as people are, with pairs of signs of known frequency."""

import random
from collections.abc import Iterator


def _words(text: str) -> list[str]:
    return text.split()


FREQUENT, MIDDLING, SELDOM, RARE, ABSENT, FORMER = "退货", "礼盒", "钢印", "蜻蜓", "鲸鲨", "双旦"
"""In 30 %, 1 %, 0.1 %, 0.005 % and 0 % of all lines; `FORMER` in 30 %, but only in the oldest fifth."""
_SHARE = ((MIDDLING, 0.01), (SELDOM, 0.001), (RARE, 0.00005))
_OPENINGS = _words("""
请问 你好， 在吗？ 亲， 老板， 麻烦看下， 我想问一下， 不好意思， 哈喽 打扰了， 对了， 还有 另外
""")
_THINGS = _words("""
衬衫 连衣裙 羊毛大衣 牛仔裤 运动鞋 帆布包 保温杯 四件套 床笠 蚕丝被 枕头 台灯 落地扇 空气炸锅 电饭煲 破壁机
面膜 精华液 防晒霜 口红 香薰 猫粮 狗窝 婴儿车 奶瓶 积木 手机壳 充电宝 耳机 键盘 显示器 自行车 瑜伽垫 帐篷 鱼竿
花盆 茶叶 坚果
""")
_ASKS = _words("""
什么时候发货 有现货吗 能便宜点吗 可以开发票吗 尺码偏大还是偏小 会不会掉色 质量怎么样 支持七天无理由吗 运费险有没有
发什么快递 几天能到 能改地址吗 少发了一件 颜色发错了 收到是坏的 怎么安装 保修多久 能不能换个颜色 还有活动吗
优惠券用不了 付款失败怎么办 物流好几天没动了 客服怎么不回 想换个大一码 包装破了 有没有赠品 什么材质的 孕妇能用吗
味道大不大 充不进电
""")
_ENDS = _words("""
谢谢 急用 麻烦了 等回复 好的 嗯嗯 明白了 辛苦 哈哈 行吧 尽快哦 ～ ！ 。 ？ 呢 哦
""")
_PLACES = _words("""
杭州 成都 广州 西安 沈阳 昆明 南宁 苏州 青岛 长沙 合肥 福州 贵阳 兰州 拉萨 乌鲁木齐 呼和浩特 哈尔滨
""")
_COMMON = "".join(chr(code) for code in range(0x4E00, 0x5E00, 3))
"""Signs for names, streets and slips of the finger: the long tail."""


def texts(count: int, *, seed: int = 7) -> Iterator[str]:
    """Yield so many lines, oldest first."""
    chance = random.Random(seed)
    for number in range(count):
        yield _line(chance, old=number < count // 5)


def _line(chance: random.Random, *, old: bool) -> str:
    pick, dice = chance.choice, chance.random
    parts = [pick(_OPENINGS)] if dice() < 0.4 else []
    if dice() < 0.3:
        parts.append(pick(("我要退货", "退货运费谁出", "退货地址发我一下", "同意退货了吗", "不想要了，退货")))
    if dice() < 0.6:
        parts.append(pick(_THINGS) + pick(_ASKS))
    elif dice() < 0.5:
        parts.append(pick(_ASKS))
    parts += [word + "的事" for word, share in _SHARE if dice() < share]
    if old and dice() < 0.3:
        parts.append("双旦活动")
    if dice() < 0.06:
        parts.append(f"订单{chance.randrange(10**12, 10**13)}")
    if dice() < 0.15:
        parts.append(pick(_PLACES) + "".join(chance.choices(_COMMON, k=chance.randrange(2, 6))))
    parts.append(pick(_ENDS))
    return "".join(parts)
