"""What may be done with customers. Personal data is masked for everybody; `reveal` shows it, and the log says so."""

from typing import Final

from zhanggui.foundation.access import ROLES, Permission

_DESK: Final = ("owner", "lead", "agent", "trainee")

READ = Permission("customers.customer.read", "查看客户资料", "See customers", ROLES)
EDIT = Permission("customers.customer.edit", "修改客户资料", "Edit customers", _DESK)
TAG = Permission("customers.customer.tag", "给客户打标签", "Tag customers", _DESK)
REMARK = Permission("customers.remark.write", "写客户备注", "Write remarks on customers", _DESK)
REMARK_ANY = Permission("customers.remark.remove_any", "删除他人写的备注", "Remove others' remarks", ("owner", "lead"))
REVEAL = Permission("customers.personal.reveal", "查看完整手机号和地址", "Reveal phone and address", ("owner", "lead", "agent"))  # fmt: skip  # noqa: E501
