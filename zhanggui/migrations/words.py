"""Words of the migrations."""

WORDS = {
    "migrations.not_ours": (
        "数据库里有同名的表，但没有掌柜的版本记号：请换一个空的数据库",
        "The database has tables of our names but no mark of Zhanggui's version: take an empty database",
    ),
    "migrations.sqlite_too_old": (
        "SQLite {found} 太旧，至少需要 {wanted}：请安装 pysqlite3 或更新 Python",
        "SQLite {found} is too old, {wanted} is needed: install pysqlite3 or a newer Python",
    ),
    "migrations.newer": (
        "数据库的版本（{found}）比本程序（{known}）新，请先升级掌柜再启动",
        "The database ({found}) is newer than this program ({known}); upgrade Zhanggui, then start again",
    ),
    "migrations.upgrade_needed": (
        "数据库需要升级（{found} → {known}）：先停止所有进程并备份，然后运行 zhanggui db upgrade",
        "The database needs an upgrade ({found} → {known}): stop every process, back up, then run zhanggui db upgrade",
    ),
}
