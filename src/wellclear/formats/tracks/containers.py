"""What holds the records of a track file: JSON, JSON within gzip, parquet."""

from __future__ import annotations

import importlib
import math
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from wellclear.errors import MalformedInput, RuleViolated
from wellclear.formats import json_text
from wellclear.formats.tracks.fixes import MAX_FLIGHT_CHARACTERS, NEEDED, READ

MAX_UNPACKED_BYTES: Final = 64 * 1024 * 1024
"""As large as a file may be unpacked: the limit of a file that comes unpacked."""

MAX_ROWS: Final = 1_000_000
"""Records of one parquet file; its packing makes the size of the file say nothing of the memory that it takes."""

BATCH_ROWS: Final = 65_536
"""Rows of a parquet file that stand in memory as values at one time."""

TEXTS: Final = ["flight_id", "callsign", "icao24"]
"""Columns of texts, which a short file can repeat a million times."""

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
    row = 0
    try:
        for columns in _batches(arrow, parquet, content):
            for values in zip(*columns.values(), strict=True):
                yield row, dict(zip(columns, map(_plain, values), strict=True))
                row += 1
    except (arrow.ArrowException, OSError, ValueError, TypeError, OverflowError) as error:
        message = str(error).partition("\n")[0][:200]
        raise MalformedInput(f"the parquet file is damaged: {message}", code="parquet-damaged") from None


def _batches(arrow: Any, parquet: Any, content: bytes) -> Iterator[dict[str, list[Any]]]:  # noqa: ANN401 - pyarrow ships no types
    """The columns that are read, some rows at a time; texts stay packed until each is known to be short."""
    schema = parquet.read_schema(arrow.BufferReader(content))
    names = [name for name in READ if name in schema.names]
    _check_columns(arrow, schema, names)
    file = parquet.ParquetFile(
        arrow.BufferReader(content), read_dictionary=[name for name in TEXTS if name in schema.names]
    )
    if file.metadata.num_rows > MAX_ROWS:
        raise RuleViolated(
            f"{file.metadata.num_rows:,} records in one file", code="too-many-records", wanted=f"at most {MAX_ROWS:,}"
        )
    for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=names, use_threads=False):
        columns = {name: _unpacked_column(arrow, name, batch.column(name)) for name in names}
        yield {name: column.to_pylist() for name, column in columns.items()}


def _check_columns(arrow: Any, schema: Any, names: list[str]) -> None:  # noqa: ANN401 - as above
    """Refuse what the packing may hide: columns that are missing or hold lists."""
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise MalformedInput(f"the file has no column {missing[0]}", code="track-columns", wanted=", ".join(NEEDED))
    nested = [name for name in names if arrow.types.is_nested(schema.field(name).type)]
    if nested:
        raise MalformedInput(f"the column {nested[0]} holds lists", code="track-columns", wanted="one value in a row")


def _unpacked_column(arrow: Any, name: str, column: Any) -> Any:  # noqa: ANN401 - as above
    """A column as values: times as integers of milliseconds, texts of which none is long."""
    if arrow.types.is_timestamp(column.type):
        if column.type.tz is None:
            raise MalformedInput(
                "the times do not say that they are UTC",
                code="time-naive",
                at=name,
                wanted="a column with its zone",
            )
        return column.cast(arrow.timestamp("ms", tz="UTC"), safe=False).cast(arrow.int64())
    if not arrow.types.is_dictionary(column.type):
        return column
    longest = max((len(text) for text in column.dictionary.to_pylist() if isinstance(text, (str, bytes))), default=0)
    if longest > MAX_FLIGHT_CHARACTERS:
        raise MalformedInput(
            f"a text of {longest:,} characters",
            code="text-long",
            at=name,
            wanted=f"at most {MAX_FLIGHT_CHARACTERS}",
        )
    return column


def _plain(value: object) -> object:
    return None if isinstance(value, float) and math.isnan(value) else value
