"""`routeopt init`: a commented case to start from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path

import click

from routeopt import box
from routeopt.commands.options import example
from routeopt.commands.output import quoted
from routeopt.commands.streams import emit, say
from routeopt.errors import InputError

DEFAULT = "starter"
Contents = Mapping[str, Callable[[], bytes]]
"""Files of a case by their path in it."""


@click.command(
    short_help="Write a commented case to start from.",
    epilog=example("routeopt init my-case"),
)
@click.argument("words", nargs=-1, metavar="[TEMPLATE] DIR")
@click.option("--list", "listing", is_flag=True, help="List the templates and what each is about.")
@click.option(
    "--xlsx", is_flag=True, help="Put the tables into a workbook, with a sheet that explains them."
)
def init(words: tuple[str, ...], *, listing: bool, xlsx: bool) -> None:
    """Write a commented case into DIR, to be solved as it is and then made your own.

    TEMPLATE is one of `routeopt init --list`; left out, it is the starter, or the template that
    DIR is named after. Nothing is ever overwritten.
    """
    templates = _templates()
    if listing:
        emit(_listing(templates))
        return
    template, target = _chosen(words, templates)
    contents = _in_workbook(template) if xlsx else _contents(template)
    _write(contents, target)
    say(f"{target}: {', '.join(contents)}, from the template {template.name}. Next:")
    folder = quoted(target)
    emit(f"routeopt check {folder}\nrouteopt solve {folder}")


def _templates() -> dict[str, Path]:
    """Folder of each template by its name, the default first."""
    found = sorted(path.parent for path in box.cases_dir().glob("*/case.yaml"))
    found.sort(key=lambda folder: folder.name != DEFAULT)
    if not found:
        raise InputError(f"no templates in {box.cases_dir()}: routeopt is not installed whole")
    return {folder.name: folder for folder in found}


def _listing(templates: dict[str, Path]) -> str:
    width = max(len(name) for name in templates)
    return "\n".join(
        f"{name:{width}}  {_description(folder)}".rstrip() for name, folder in templates.items()
    )


def _description(folder: Path) -> str:
    """First comment of the case file."""
    lines = (folder / "case.yaml").read_text(encoding="utf-8").splitlines()
    return next((line.strip("# ") for line in lines if line.startswith("#")), "")


def _chosen(words: tuple[str, ...], templates: dict[str, Path]) -> tuple[Path, Path]:
    """Folders of the template and of the case to be."""
    if not words:
        raise click.UsageError("want a DIR to write to, or --list")
    if len(words) > 2:  # noqa: PLR2004  [TEMPLATE] DIR
        raise click.UsageError(f"want [TEMPLATE] DIR, got {len(words)} words")
    if not words[-1].strip():
        raise click.UsageError("want a DIR to write to, got an empty word")
    target = Path(words[-1])
    if len(words) == 1:
        default = next(iter(templates.values()))
        return templates.get(words[0], default), target
    if words[0] not in templates:
        near = get_close_matches(words[0], templates, n=1)
        hint = f", did you mean {near[0]!r}?" if near else ""
        raise click.UsageError(
            f"no template {words[0]!r}{hint} (there are: {', '.join(templates)})"
        )
    return templates[words[0]], target


def _contents(template: Path) -> Contents:
    """Files of the template as they are."""
    names = sorted(
        path.relative_to(template).as_posix()
        for path in template.rglob("*")
        if path.is_file() and not _is_ours_alone(path.relative_to(template))
    )
    return {name: (template / name).read_bytes for name in names}


def _in_workbook(template: Path) -> Contents:
    """Files of the template, with a workbook in place of its tables."""
    from routeopt.case.template import BOOK, booked  # noqa: PLC0415  takes long to load

    contents = _contents(template)
    made = booked(template)
    if made is None:  # its tables stand in a workbook already
        return contents
    kept = {name: read for name, read in contents.items() if name not in made.replaced}
    kept["case.yaml"] = made.case_text.encode
    return dict(sorted({**kept, BOOK: lambda: made.book}.items()))


def _write(contents: Contents, target: Path) -> None:
    """Write all files, or none."""
    for name in contents:
        if (target / name).exists() or (target / name).is_symlink():
            raise InputError(f"{target / name} is there already; nothing was written")
    done: list[Path] = []
    try:
        for name, read in contents.items():
            data = read()
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                done.append(path)
                file.write(data)
    except OSError as err:
        for path in done:
            path.unlink(missing_ok=True)
        raise InputError(f"can't write to {target}: {err.strerror}") from err


def _is_ours_alone(path: Path) -> bool:
    """Whether a file beside a template is no part of it: plans, caches, hidden files."""
    return path.parts[0] in {"out", "__pycache__"} or any(p.startswith(".") for p in path.parts)
