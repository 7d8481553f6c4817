#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Copies the rows of an index on SQLite into one on PostgreSQL, by COPY.

    copy_index.py <index.sqlite> <address of the database>

Both have the newest schema, the second no rows but those of the schema itself (`index-benchmark <address> 0 0 1` makes
one). What ingest wrote into the first stands in the second afterwards as ingest writes it there; only the words of
reports are written differently. Indexes are dropped meanwhile and made again, and the statistics gathered, as the
server does by itself within the hour after such growth; last everything is read into the server's memory where
`pg_prewarm` is there.
"""

import sqlite3
import subprocess
import sys
import time

# What the schema's steps or the program itself write, and differs between the engines.
OWN = {"migration"}


def psql(address, script, **options):
    command = ["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", address]
    done = subprocess.run(command, input=script, text=True, check=True, stdout=subprocess.PIPE, **options)
    return [line.split("\t") for line in done.stdout.splitlines()]


def vector(words):
    """A text search vector as the dialect makes it of words in order."""
    quoted = (word.replace("\\", "\\\\").replace("'", "''") for word in words.split(" "))
    return " ".join(f"'{word}':{min(place, 16383)}" for place, word in enumerate(quoted, 1))


def field(value):
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, str):
        return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return str(value)


def copy(source, address, table, columns):
    """One table's rows. `columns` has the name and the type of each."""
    names = ", ".join(name for name, _ in columns)
    process = subprocess.Popen(
        ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", address, "-c", "SET session_replication_role = replica",
         "-c", f"COPY {table} ({names}) FROM STDIN"], stdin=subprocess.PIPE, text=True, encoding="utf-8")
    made = [vector if kind == "tsvector" else None for _, kind in columns]
    count = 0
    cursor = source.execute(f"SELECT {names} FROM {table}")
    while rows := cursor.fetchmany(5000):
        count += len(rows)
        process.stdin.write("".join(
            "\t".join(field(make(value) if make else value) for make, value in zip(made, row)) + "\n" for row in rows))
    process.stdin.close()
    if process.wait() != 0:
        sys.exit(f"{table} could not be copied")
    return count


def main():
    path, address = sys.argv[1:]
    source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    ours = {name for name, in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    columns = {}
    for table, name, kind, generated in psql(address, """
        SELECT c.table_name, c.column_name, c.data_type, c.is_identity FROM information_schema.columns c
        JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
        WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.ordinal_position"""):
        columns.setdefault(table, []).append((name, kind, generated == "YES"))
    filled = [table for table in columns if table in ours - OWN
              and source.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()]
    indexes = [(name, text) for name, text in psql(address, """
        SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.schemaname = 'public' AND NOT EXISTS (
          SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)""")]
    start = time.monotonic()
    psql(address, "\n".join(f"DROP INDEX {name};" for name, _ in indexes))
    psql(address, "SET session_replication_role = replica;\n" + "\n".join(f"DELETE FROM {table};" for table in filled))
    for table in filled:
        count = copy(source, address, table, [column[:2] for column in columns[table]])
        print(f"{table}: {count} rows, {time.monotonic() - start:.0f} s", flush=True)
    psql(address, "SET maintenance_work_mem = '512MB';\n" + "\n".join(text + ";" for _, text in indexes))
    psql(address, "\n".join(
        f"SELECT setval(pg_get_serial_sequence('{table}', '{name}'), (SELECT COALESCE(max({name}), 1) FROM {table}));"
        for table in filled for name, _, generated in columns[table] if generated))
    print(f"indexes: {time.monotonic() - start:.0f} s", flush=True)
    psql(address, "VACUUM (ANALYZE)")
    try:
        psql(address, """CREATE EXTENSION IF NOT EXISTS pg_prewarm;
            SELECT sum(pg_prewarm(oid::regclass)) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i', 't');""", stderr=subprocess.DEVNULL)
    except subprocess.CalledProcessError:
        print("pg_prewarm is not there: first questions read from the disk")
    print(f"all: {time.monotonic() - start:.0f} s")


main()
