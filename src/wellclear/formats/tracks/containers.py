"""What holds the records of a track file: JSON, JSON within gzip, parquet."""

from __future__ import annotations

import importlib
import math
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from wellclear.errors import MalformedInput, RuleViolated
from wellclear.formats import json_text
from wellclear.formats.tracks.fixes import NEEDED, READ

MAX_UNPACKED_BYTES: Final = 64 * 1024 * 1024
"""As large as a file may be unpacked: the limit of a file that comes unpacked."""

MAX_ROWS: Final = 1_000_000
"""Records of one parquet file; its packing makes the size of the file say nothing of the memory that it takes."""

HEAD_BYTES: Final = 65_536
"""How much of a packed file is unpacked to recognise it."""

GZIP: Final = b"\x1f\x8b"
PARQUET: Final = b"PAR1"


def unpacked(content: bytes, limit: int = MAX_UNPACKED_BYTES) -> bytes:
    """Unpack gzip, never beyond ``limit`` bytes.

    Raises:
        MalformedInput: damaged, cut short, or followed by something else.
        RuleViolated: larger than the limit.
    """
    machine = zlib.decompressobj(31)
    try:
        text = machine.decompress(content, limit + 1)
    except zlib.error:
        raise MalformedInput("the gzip file is damaged", code="gzip-damaged", at="byte 0") from None
    if len(text) > limit:
        raise RuleViolated(
            f"the file unpacks to more than {limit // 1024 // 1024} MiB",
            code="file-large",
            wanted="a shorter recording",
        )
    if not machine.eof:
        raise MalformedInput("the gzip file is cut short", code="gzip-truncated", wanted="the whole file")
    if machine.unused_data:
        raise MalformedInput("something follows the gzip file", code="gzip-trailing", wanted="one gzip member")
    return text


def head_of_gzip(content: bytes) -> bytes:
    """The first bytes inside, or none if it is damaged."""
    try:
        return zlib.decompressobj(31).decompress(content[:HEAD_BYTES], HEAD_BYTES)
    except zlib.error:
        return b""


def json_records(content: bytes) -> Iterator[tuple[int, Mapping[str, object] | MalformedInput]]:
    """The records of a JSON array, with their index; one that is no object comes as the error that says so.

    Raises:
        MalformedInput: not strict JSON, or not an array.
    """
    json_text.check(content)
    for row, raw in enumerate(json_text.elements(content)):
        try:
            record = json_text.decode(raw, "")
        except MalformedInput as error:
            yield row, error
            continue
        if isinstance(record, dict):
            yield row, record
        else:
            yield row, MalformedInput("the record is not an object", code="json-type", wanted="{...}")


def parquet_records(content: bytes) -> Iterator[tuple[int, Mapping[str, object]]]:
    """The rows of a parquet file, with their number from 0; times as milliseconds.

    Raises:
        RuleViolated: the extra ``parquet`` is not installed, or there are too many rows.
        MalformedInput: damaged, columns missing, or times that do not say that they are UTC.
    """
    try:
        arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise RuleViolated(
            "parquet files need the extra `parquet`", code="parquet-extra", wanted="pip install 'wellclear[parquet]'"
        ) from None
    try:
        table = _table(arrow, parquet, content)
        columns = {name: table.column(name).to_pylist() for name in table.column_names}
    except (arrow.ArrowException, OSError, ValueError, TypeError, OverflowError) as error:
        message = str(error).partition("\n")[0][:200]
        raise MalformedInput(f"the parquet file is damaged: {message}", code="parquet-damaged") from None
    for row in range(table.num_rows):
        yield row, {name: _plain(values[row]) for name, values in columns.items()}


def _table(arrow: Any, parquet: Any, content: bytes) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """The columns that are read, times as integers of milliseconds."""
    file = parquet.ParquetFile(arrow.BufferReader(content))
    names = [name for name in READ if name in file.schema_arrow.names]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise MalformedInput(f"the file has no column {missing[0]}", code="track-columns", wanted=", ".join(NEEDED))
    if file.metadata.num_rows > MAX_ROWS:
        raise RuleViolated(
            f"{file.metadata.num_rows:,} records in one file", code="too-many-records", wanted=f"at most {MAX_ROWS:,}"
        )
    table = file.read(columns=names, use_threads=False)
    stamp = table.schema.field("timestamp")
    if arrow.types.is_timestamp(stamp.type):
        if stamp.type.tz is None:
            raise MalformedInput(
                "the times do not say that they are UTC",
                code="time-naive",
                at="timestamp",
                wanted="a column with its zone",
            )
        whole = table.column("timestamp").cast(arrow.timestamp("ms", tz="UTC"), safe=False).cast(arrow.int64())
        table = table.set_column(table.column_names.index("timestamp"), "timestamp", whole)
    return table


def _plain(value: object) -> object:
    return None if isinstance(value, float) and math.isnan(value) else value
