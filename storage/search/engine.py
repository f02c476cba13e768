"""The engine: tantivy (https://docs.rs/tantivy), what its fields are, and how papers become its documents."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tantivy import Document, Index, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

from bot.domain.errors import StoreBusy
from storage.search.documents import columns, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from tantivy import IndexWriter, Schema, SearchResult

    from bot.domain.papers import Entry, PaperId

_HEAP: Final = 32_000_000
"""Bytes that a writer collects before it writes a segment."""
_WAIT: Final = timedelta(seconds=5)
_AGAIN: Final = timedelta(milliseconds=50)
_TOKENS: Final = "tokens"
_TEXTS: Final = ("title", "keywords", "abstract", "organization")
_MARKS: Final = ("people", "beginnings", "keyword_beginnings")


def open_engine(folder: Path) -> Index:
    """The engine's index in *folder*, made if it is not there; raises ValueError, OSError or IndexError."""
    index = Index(_schema(), path=str(folder))
    # Text is folded before it comes here: all that is not a blank belongs to a token, and none changes any more.
    index.register_tokenizer(_TOKENS, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    return index


def _schema() -> Schema:
    fields = SchemaBuilder()
    for name in _TEXTS:
        fields.add_text_field(name, tokenizer_name=_TOKENS, index_option="position")
    for name in _MARKS:
        fields.add_text_field(name, tokenizer_name=_TOKENS, index_option="basic")
    fields.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    fields.add_text_field("shown_title", stored=True, tokenizer_name="raw", index_option="basic")
    fields.add_json_field("shown_keywords", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("upvotes", "comments", "stars"):
        fields.add_integer_field(name, indexed=True, fast=True)
    for name in ("code", "project"):
        fields.add_unsigned_field(name, indexed=True)
    for name in ("popular", "newest"):
        fields.add_unsigned_field(name, fast=True)
    fields.add_float_field("weight", fast=True)
    return fields.build()


def count_of(found: SearchResult) -> int:
    """How many papers a search *found* in all."""
    count = found.count  # type: ignore[attr-defined]  # its stubs lack it
    return int(count or 0)


def document(entry: Entry) -> Document:
    """*entry* as the engine keeps it."""
    paper = entry.paper
    made = Document()
    for name, text in asdict(columns(paper)).items():
        made.add_text(name, text)
    for name, number in asdict(numbers(entry)).items():
        if isinstance(number, float):
            made.add_float(name, number)
        elif number is not None:
            add = made.add_unsigned if name in ("code", "project", "popular", "newest") else made.add_integer
            add(name, number)
    made.add_text("id", paper.id)
    made.add_text("shown_title", paper.title)
    made.add_json("shown_keywords", {"all": list(paper.keywords)})
    return made


def write(
    index: Index, folder: Path, entries: Sequence[Entry], gone: Iterable[PaperId]
) -> Callable[[], None]:
    """Add or replace *entries* and drop *gone*, atomically; raises `StoreBusy` if another process keeps writing.

    Gives what then must be called: it tidies up, which may take seconds, and lets others write.
    """
    made = [document(entry) for entry in entries]
    writer = _writer(index, folder)
    for paper_id in gone:
        writer.delete_documents_by_term("id", paper_id)
    for entry, one in zip(entries, made, strict=True):
        writer.delete_documents_by_term("id", entry.paper.id)
        writer.add_document(one)
    writer.commit()
    return writer.wait_merging_threads


def _writer(index: Index, folder: Path) -> IndexWriter:
    """The one writer of *folder* that all processes may have among them."""
    until = time.monotonic() + _WAIT.total_seconds()
    while True:
        try:
            return index.writer(heap_size=_HEAP, num_threads=1)
        except ValueError as error:
            if "LockBusy" not in str(error):
                raise
            if time.monotonic() > until:
                raise StoreBusy(
                    f"The search index {folder} is being written by another process.",
                    hint="Wait until that is done and try again.",
                ) from error
            time.sleep(_AGAIN.total_seconds())
