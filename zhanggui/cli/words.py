"""Words of the command line: refusals, and what `db check` finds."""

WORDS = {
    "cli.no_backup": ("这不是掌柜的备份文件，或者已经损坏", "This is not a backup of Zhanggui, or it is damaged"),
    "cli.newer_backup": (
        "备份的数据库版本（{found}）比本程序（{known}）新，请先升级掌柜",
        "The backup ({found}) is newer than this program ({known}); upgrade Zhanggui first",
    ),
    "cli.not_same": (
        "表 {table} 写入后与来源不一致，已全部撤销",
        "Table {table} is not what it was; everything was undone",
    ),
    "cli.not_empty": ("目标里已有数据", "The target is not empty"),
    "cli.not_empty_force": (
        "目标里已有数据；确定要覆盖请加 --force",
        "There are data already; to overwrite them add --force",
    ),
    "cli.no_database": (
        "{folder} 里还没有数据库：先运行 zhanggui serve 开店，或检查 --data",
        "No database in {folder} yet: open a shop with zhanggui serve first, or look at --data",
    ),
    "cli.served": (
        "还有进程在使用这个数据库，请先停止它们",
        "Some process still serves this database; stop every one first",
    ),
    "cli.not_answering": (
        "服务正在启动或停止，请稍后再试",
        "The server is starting or stopping; try again in a moment",
    ),
    "cli.argument": ("参数有误：{names}", "Wrong arguments: {names}"),
    "cli.exists": ("{file} 已存在", "{file} exists already"),
    "cli.not_a_url": (
        "不认识的数据库地址：要用 postgresql://… 或 sqlite:///路径",
        "Not an address of a database: give postgresql://… or sqlite:///path",
    ),
    "check.engine": ("数据库文件：{said}", "Database file: {said}"),
    "check.foreign_key": (
        "表 {table} 第 {row} 行指向不存在的数据（{target}）",
        "Table {table}, row {row} points at nothing ({target})",
    ),
    "check.counter": (
        "变更计数 {counter} 落后于投递记录 {last}",
        "The change counter {counter} is behind the delivery log ({last})",
    ),
    "check.line_missing": (
        "会话 {conversation}：缺第 {seq} 条消息",
        "Conversation {conversation}: line {seq} is missing",
    ),
    "check.line_changed": (
        "会话 {conversation}：第 {seq} 条消息被改动过",
        "Conversation {conversation}: line {seq} was changed",
    ),
    "check.chain_broken": (
        "会话 {conversation}：哈希链在第 {seq} 条断开",
        "Conversation {conversation}: the chain breaks at line {seq}",
    ),
    "check.end_differs": (
        "会话 {conversation}：止于第 {seq} 条，应止于第 {last} 条",
        "Conversation {conversation}: ends at line {seq}, should end at {last}",
    ),
    "check.file_missing": ("附件 {attachment}：文件不见了", "Attachment {attachment}: its file is missing"),
    "check.open_count": (
        "客服 {login}：记着 {counted} 个进行中的会话，实际 {found} 个",
        "Agent {login}: counts {counted} open conversations, has {found}",
    ),
    "settings.unknown": ("没有这个设置", "unknown setting"),
    "settings.unreadable": ("读不懂：{said}", "cannot be read: {said}"),
    "settings.integer": ("要是整数", "must be a whole number"),
    "settings.number": ("要是数字", "must be a number"),
    "settings.yes_or_no": ("要是 true 或 false", "must be true or false"),
    "settings.text": ("要是文字（加引号）", "must be text (in quotes)"),
    "settings.at_least": ("不能小于 {ge}", "must be {ge} or more"),
    "settings.at_most": ("不能大于 {le}", "must be {le} or less"),
    "settings.above": ("要大于 {gt}", "must be more than {gt}"),
    "settings.one_of": ("只能是 {expected} 之一", "must be one of {expected}"),
    "settings.database": (
        '要是 ""（数据文件夹里的 SQLite）、postgresql://用户@主机/库名 或 sqlite:///路径',
        'must be "" (SQLite in the data folder), postgresql://user@host/name or sqlite:///path',
    ),
}
