"""Words of the migrations."""

WORDS = {
    "migrations.newer": (
        "数据库的版本（{found}）比本程序（{known}）新，请先升级掌柜再启动",
        "The database ({found}) is newer than this program ({known}); upgrade Zhanggui, then start again",
    ),
    "migrations.upgrade_needed": (
        "数据库需要升级（{found} → {known}）：先停止所有进程并备份，然后运行 zhanggui db upgrade",
        "The database needs an upgrade ({found} → {known}): stop every process, back up, then run zhanggui db upgrade",
    ),
}
