"""Words of the customers room."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "customers.unknown": ("没有找到这位客户", "There is no such customer"),
    "customers.name": ("称呼要 1 到 {limit} 个字", "A name has 1 to {limit} characters"),
    "customers.remark": ("备注要 1 到 {limit} 个字", "A remark has 1 to {limit} characters"),
    "customers.remark_unknown": ("没有找到这条备注", "There is no such remark"),
    "customers.remark_not_yours": ("只能删除自己写的备注", "You can only remove your own remarks"),
    "customers.tag": ("标签要 1 到 {limit} 个字", "A tag has 1 to {limit} characters"),
    "customers.tags_many": ("一位客户最多 {limit} 个标签", "A customer has at most {limit} tags"),
    "customers.profile_many": ("档案最多 {limit} 项", "A profile has at most {limit} fields"),
    "customers.profile_field": (
        "档案项的名称要 1 到 {limit} 个字",
        "A profile field's name has 1 to {limit} characters",
    ),
    "customers.profile_value": ("档案内容最多 {limit} 个字", "A profile entry has at most {limit} characters"),
    "customers.reason": ("请写明查看原因（1 到 {limit} 个字）", "Please give a reason of 1 to {limit} characters"),
    "customers.identity_invalid": ("登录信息无法核实", "The sign-in could not be verified"),
    "customers.identity_expired": ("登录信息已过期，请重新登录", "The sign-in has expired; please sign in again"),
    "customers.token": ("会话已失效，请重新打开聊天", "This chat has expired; please open it again"),
    "customers.visitor_name": ("访客{tail}", "Visitor {tail}"),
}
