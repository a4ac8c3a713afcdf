/** What the page says, Chinese first, English complete. */

export type Language = "zh-CN" | "en";

const zh = {
  home: "首页",
  search: "搜索商品",
  all: "全部",
  cart: "购物袋",
  orders: "我的订单",
  login: "登录",
  logout: "退出登录",
  signedInAs: "已登录：{name}",
  language: "English",
  offer: "满 {reach} 减 {off}",
  newcomer: "新客立减 {off}",
  freeShipping: "满 99 包邮",
  left: "仅剩 {n} 件",
  soldOut: "已售罄",
  nothing: "没有找到这样的商品",
  nothingHint: "换个词试试，或者问问客服。",
  colour: "颜色",
  size: "规格",
  choose: "选择规格",
  quantity: "数量",
  fewer: "减一件",
  more: "加一件",
  addToCart: "放进购物袋",
  added: "已放进购物袋",
  buyNow: "立即购买",
  ask: "问问客服",
  facts: "商品参数",
  sizes: "尺码表",
  questions: "大家常问",
  insurance: "退货包运费（运费险）",
  sevenDays: "7 天无理由退换",
  protection: "15 天价保",
  sameDay: "16:00 前付款当天发",
  emptyCart: "购物袋还是空的",
  emptyCartHint: "去挑几样喜欢的吧。",
  goShopping: "去逛逛",
  remove: "移出购物袋",
  receiver: "收货信息",
  name: "收货人",
  phone: "手机号",
  province: "省份",
  city: "城市",
  address: "详细地址",
  note: "给卖家留言（选填）",
  goods: "商品合计",
  discount: "优惠",
  shipping: "运费",
  free: "包邮",
  amount: "应付",
  place: "提交订单",
  placing: "正在提交…",
  loginToBuy: "登录后下单",
  noOrders: "还没有订单",
  number: "订单号 {number}",
  pieces: "共 {n} 件",
  pay: "付款（测试）",
  close: "取消订单",
  complete: "确认收货",
  ask_refund: "申请退款",
  ship: "模拟发货",
  state_placed: "待付款",
  state_paid: "待发货",
  state_shipped: "已发货",
  state_completed: "已完成",
  state_closed: "已关闭",
  state_refunding: "退款中",
  state_refunded: "已退款",
  demoTitle: "用一位演示顾客的身份逛店",
  demoHint: "这是演示店铺，选一个名字就能登录，不需要密码。",
  or: "或者用账号登录",
  account: "账号",
  password: "密码",
  nick: "怎么称呼您",
  noAccount: "还没有账号？注册一个",
  haveAccount: "已有账号？去登录",
  register: "注册并登录",
  failed: "出了点问题：{problem}",
  offline: "网络不通，请稍后再试",
  retry: "再试一次",
  noShop: "这里还没有开张的店铺",
  missing: "这件商品找不到了",
  loading: "正在打开…",
  shipped: "{carrier} {tracking}",
  footer: "演示店铺，商品与人物均为虚构。",
  skip: "跳到内容",
  ways: "店内导航",
  kinds: "商品分类",
} as const;

export type Word = keyof typeof zh;

const en: Record<Word, string> = {
  home: "Home",
  search: "Search the shop",
  all: "All",
  cart: "Bag",
  orders: "My orders",
  login: "Sign in",
  logout: "Sign out",
  signedInAs: "Signed in as {name}",
  language: "中文",
  offer: "{off} off from {reach}",
  newcomer: "{off} off your first order",
  freeShipping: "Free shipping from 99",
  left: "Only {n} left",
  soldOut: "Sold out",
  nothing: "Nothing like that here",
  nothingHint: "Try another word, or ask us.",
  colour: "Colour",
  size: "Size",
  choose: "Choose",
  quantity: "Quantity",
  fewer: "One fewer",
  more: "One more",
  addToCart: "Add to bag",
  added: "Added to your bag",
  buyNow: "Buy now",
  ask: "Ask us",
  facts: "Details",
  sizes: "Size guide",
  questions: "People often ask",
  insurance: "Free returns (insured)",
  sevenDays: "7-day returns",
  protection: "15-day price match",
  sameDay: "Paid by 16:00, sent today",
  emptyCart: "Your bag is empty",
  emptyCartHint: "Go and find something you like.",
  goShopping: "Start shopping",
  remove: "Remove from bag",
  receiver: "Delivery",
  name: "Receiver",
  phone: "Phone",
  province: "Province",
  city: "City",
  address: "Street address",
  note: "A note to the seller (optional)",
  goods: "Goods",
  discount: "Discount",
  shipping: "Shipping",
  free: "Free",
  amount: "To pay",
  place: "Place order",
  placing: "Placing…",
  loginToBuy: "Sign in to order",
  noOrders: "No orders yet",
  number: "Order {number}",
  pieces: "Items: {n}",
  pay: "Pay (test)",
  close: "Cancel order",
  complete: "I have received it",
  ask_refund: "Ask for a refund",
  ship: "Send it (demo)",
  state_placed: "To pay",
  state_paid: "To be sent",
  state_shipped: "On its way",
  state_completed: "Completed",
  state_closed: "Closed",
  state_refunding: "Refund asked",
  state_refunded: "Refunded",
  demoTitle: "Visit the shop as one of its customers",
  demoHint: "This is a demo shop: choose a name to sign in, no password needed.",
  or: "Or sign in with an account",
  account: "Account",
  password: "Password",
  nick: "What shall we call you?",
  noAccount: "No account yet? Make one",
  haveAccount: "Have an account? Sign in",
  register: "Make account",
  failed: "Something went wrong: {problem}",
  offline: "No connection; please try again",
  retry: "Try again",
  noShop: "No shop is open here yet",
  missing: "This item is no longer here",
  loading: "Opening…",
  shipped: "{carrier} {tracking}",
  footer: "A demo shop: goods and people are invented.",
  skip: "Skip to content",
  ways: "Shop",
  kinds: "Categories",
};

const KEPT = "zhanggui-shop:language";
let language: Language = remembered() ?? (navigator.language.toLowerCase().startsWith("en") ? "en" : "zh-CN");
document.documentElement.lang = language;

function remembered(): Language | null {
  const kept = localStorage.getItem(KEPT);
  return kept === "en" || kept === "zh-CN" ? kept : null;
}

export const spoken = (): Language => language;

export function speak(next: Language): void {
  language = next;
  localStorage.setItem(KEPT, next);
  document.documentElement.lang = next;
}

/** The words for a key, with `{name}` filled in. */
export function t(key: Word, args: Record<string, string | number> = {}): string {
  const text: string = language === "en" ? en[key] : zh[key];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(args[name] ?? whole));
}

/** The English text where English is read and there is one, else the shop's own. */
export function pick(own: string, english: string | undefined | null): string {
  return language === "en" && english ? english : own;
}

const zones: Record<Language, string> = { "zh-CN": "zh-CN", en: "en-GB" };

export function when(at: number): string {
  return new Intl.DateTimeFormat(zones[language], { dateStyle: "medium", timeStyle: "short" }).format(at);
}
