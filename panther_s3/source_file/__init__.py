"""The source file: what is said of a deployment and its sources, as YAML that people keep and edit."""

from __future__ import annotations

from panther_s3.source_file.model import FileError, SourceFile, SourceFileProblem
from panther_s3.source_file.reading import load_source_file, parse_source_file
from panther_s3.source_file.writing import dump_source_file, source_document

__all__ = [
    "FileError",
    "SourceFile",
    "SourceFileProblem",
    "dump_source_file",
    "load_source_file",
    "parse_source_file",
    "source_document",
]
