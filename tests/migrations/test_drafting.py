"""The next revision can be drafted from the tables by one command."""

from pathlib import Path

from sqlalchemy import Column, Table, Text

from zhanggui import migrations
from zhanggui.foundation.database.schema import metadata
from zhanggui.migrations.__main__ import draft, next_name


def test_a_new_table_is_drafted_and_the_search_index_left_out(tmp_path: Path):
    table = Table("parcel", metadata, Column("id", Text, primary_key=True), Column("weight", Text, nullable=False))
    name, following = migrations.head(), next_name()
    try:
        made = draft("parcels have a weight", into=tmp_path)
    finally:
        metadata.remove(table)
    source = made.read_text(encoding="utf-8")
    assert made.parent == tmp_path
    assert made.name == f"{following}_parcels_have_a_weight.py"
    assert f'revision = "{following}"' in source.replace("'", '"')
    assert f'down_revision = "{name}"' in source.replace("'", '"')
    assert source.count("op.create_table(") == 1
    assert "message_search" not in source
    compile(source, made.name, "exec")


def test_nothing_new_drafts_nothing(tmp_path: Path):
    source = draft("nothing", into=tmp_path).read_text(encoding="utf-8")
    assert "op." not in source
