from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from routeopt import box
from routeopt.commands import main


def init(*words: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["init", *map(str, words)])
    return done.exit_code, done.stdout, done.stderr


def test_list_says_what_each_template_is_about() -> None:
    code, out, err = init("--list")
    names = {line.split()[0] for line in out.splitlines()}
    assert (code, err) == (0, "")
    assert names == {path.parent.name for path in box.cases_dir().glob("*/case.yaml")}
    assert out.startswith("starter")
    assert all(len(line.split()) > 3 for line in out.splitlines())


def test_copies_the_starter_byte_for_byte(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "my case"
    code, out, err = init(target)
    assert code == 0
    assert out.splitlines() == [
        f"routeopt check {shlex.quote(str(target))}",
        f"routeopt solve {shlex.quote(str(target))}",
    ]
    assert "case.yaml" in err
    source = box.cases_dir() / "starter"
    for path in target.rglob("*"):
        assert path.read_bytes() == (source / path.relative_to(target)).read_bytes()
    assert (target / "case.yaml").is_file()


def test_named_template(tmp_path: Path) -> None:
    code, _, _ = init("sines-madrid-week", tmp_path / "x")
    assert code == 0
    assert "Sines" in (tmp_path / "x" / "case.yaml").read_text(encoding="utf-8")


def test_folder_named_after_a_template_gets_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert init("sines-madrid-week")[0] == 0
    text = (tmp_path / "sines-madrid-week" / "case.yaml").read_text(encoding="utf-8")
    assert "Sines" in text


def test_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "services.csv").write_text("mine", encoding="utf-8")
    code, out, err = init(tmp_path)
    assert (code, out) == (3, "")
    assert str(tmp_path / "services.csv") in err
    assert [path.name for path in tmp_path.iterdir()] == ["services.csv"]
    assert (tmp_path / "services.csv").read_text(encoding="utf-8") == "mine"


def test_does_not_write_through_a_dangling_link(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "case.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert init(tmp_path / "x")[0] == 3
    assert not (tmp_path / "elsewhere.yaml").exists()


def test_other_files_may_be_there(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    assert init(tmp_path)[0] == 0


def test_file_in_the_way_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine", encoding="utf-8")
    code, _, err = init(tmp_path / "x")
    assert code == 3
    assert "can't write to" in err


def test_half_a_copy_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_bytes: Callable[[Path], bytes] = Path.read_bytes

    def fail_at_terminals(path: Path) -> bytes:
        if path.name == "terminals.csv":
            raise OSError(28, "No space left on device")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", fail_at_terminals)
    code, _, err = init(tmp_path / "x")
    assert code == 3
    assert "No space left" in err
    assert not list((tmp_path / "x").iterdir())


def test_plans_and_hidden_files_are_no_part_of_a_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = tmp_path / "cases" / "starter"
    (template / "out").mkdir(parents=True)
    (template / "out" / "plan.json").write_text("{}", encoding="utf-8")
    (template / ".DS_Store").write_text("", encoding="utf-8")
    (template / "case.yaml").write_text("# About\ncase: 1\n", encoding="utf-8")
    monkeypatch.setattr(box, "cases_dir", lambda: tmp_path / "cases")
    assert init(tmp_path / "x")[0] == 0
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["case.yaml"]


def test_installation_without_templates_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box, "cases_dir", lambda: tmp_path)
    code, _, err = init("--list")
    assert code == 3
    assert "no templates" in err


def test_wheel_brings_its_data_in_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box, "_PACKAGE", tmp_path / "routeopt")
    assert box.networks_dir() == tmp_path / "networks"
    (tmp_path / "routeopt" / "data" / "networks").mkdir(parents=True)
    assert box.networks_dir() == tmp_path / "routeopt" / "data" / "networks"
