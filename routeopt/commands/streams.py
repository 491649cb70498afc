"""Standard output and error: data to the one, messages to the other, and neither in pieces."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TextIO

import click

from routeopt.errors import InputError


def use_utf8() -> None:
    """Write UTF-8 whatever the platform's encoding; a character that can't be is escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def emit(data: str) -> None:
    """Write data to standard output.

    Raises
    ------
    InputError
        If it can't be written; a reader that has gone away (`| head`) is no error.
    """
    try:
        click.echo(data, nl=not data.endswith("\n"))
        sys.stdout.flush()
    except OSError as err:
        _shut(sys.stdout)
        if err.errno != errno.EPIPE:
            raise InputError(f"can't write to standard output: {err.strerror}") from err


def say(message: str) -> None:
    """Write a message to standard error, as far as anybody reads it."""
    try:
        click.echo(message, err=True)
    except OSError:
        _shut(sys.stderr)


def _shut(stream: TextIO) -> None:
    """Let what is left in the buffer go nowhere, so that Python can end in peace."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except io.UnsupportedOperation:  # a stream of a test has no file behind it
        return


def colours() -> bool:
    """Whether standard output shows bold type: a terminal, and nobody set `NO_COLOR`."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
