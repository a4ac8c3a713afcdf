"""Words of the command line's own refusals."""

WORDS = {
    "cli.no_backup": ("这不是掌柜的备份文件", "This is not a backup of Zhanggui"),
    "cli.other_schema": (
        "备份的数据库版本是 {found}，本程序是 {known}；请用同一版本的掌柜恢复，再升级",
        "The backup's schema is {found}, this program's {known}; restore with the same version, then upgrade",
    ),
    "cli.not_same": (
        "表 {table} 写入后与来源不一致，已全部撤销",
        "Table {table} is not what it was; everything was undone",
    ),
    "cli.not_empty": ("目标里已有数据", "The target is not empty"),
}
