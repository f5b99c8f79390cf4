"""What `sheber build-assets` writes: everything, whole, from this machine, with its licences."""

import json
import re
import socket
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from django.conf import settings

from sheber.kit import icons
from sheber.site import assets

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The assets, made while no socket can be opened."""
    root, patch = tmp_path_factory.mktemp("assets"), pytest.MonkeyPatch()

    def closed(*_args, **_kwargs):
        raise AssertionError("the assets are made without a network")

    patch.setattr(socket.socket, "connect", closed)
    try:
        names = assets.build(root)
    finally:
        patch.undo()
    return root, names


def test_every_asset_is_written(built):
    root, names = built
    assert set(names) == {f"sheber/{name}" for name in (
        "htmx.min.js", "icons.svg", "vega.js", "NOTICE.txt", *(f"fonts/{font}.woff2" for font in assets.FONTS))}
    assert all((root / name).stat().st_size > 1000 for name in names)
    assert list(root.rglob("*.part")) == []
    assert (root / "sheber/fonts/Inter-Regular.woff2").read_bytes().startswith(b"wOF2")
    assert b'version:"2.' in (root / "sheber/htmx.min.js").read_bytes()


def test_the_sprite_holds_the_signs_of_the_list_and_no_others(built):
    sprite = ElementTree.parse(built[0] / "sheber/icons.svg").getroot()
    assert {symbol.get("id") for symbol in sprite} == icons.NAMES
    assert all(symbol.get("viewBox") and list(symbol) for symbol in sprite)
    assert sprite.findall(f".//{SVG}script") == []


def test_scripts_name_no_address_that_could_be_fetched(built):
    """Namespaces and schemas are names; an issue is named in a warning; the editor opens from a menu that we switch off."""
    harmless = re.compile(rb"https?://(www\.w3\.org|vega\.github\.io/(schema|editor)|json-schema\.org|github\.com/vega/vega-lite/issues)/")
    for name in ("vega.js", "htmx.min.js"):
        script = (built[0] / "sheber" / name).read_bytes()
        assert re.findall(rb"https?://[\w.-]+/[^\s\"'`)]*", harmless.sub(b"", script)) == []
    assert b"import " not in (built[0] / "sheber/vega.js").read_bytes()[:200]


def test_licences_stand_beside_them(built):
    text = (built[0] / "sheber/NOTICE.txt").read_text("utf-8")
    for words in ("Zero-Clause BSD", "SIL OPEN FONT LICENSE", "MIT License", "BSD-3-Clause", "Inter Project Authors", "Tailwind Labs"):
        assert words.lower() in text.lower()


def test_a_second_run_writes_nothing_and_a_broken_one_is_done_again(built):
    root, names = built
    before = (root / "sheber/icons.svg").stat().st_mtime_ns
    assert assets.build(root) == ()
    assert (root / "sheber/icons.svg").stat().st_mtime_ns == before
    stamp = root / assets.STAMP
    kept = stamp.read_text("utf-8")
    for broken in ("", "[]", json.dumps({"stamp": "old", "files": list(names)}), json.dumps(json.loads(kept) | {"files": ["sheber/gone"]})):
        stamp.write_text(broken, "utf-8")
        assert not assets.is_fresh(root)
    stamp.write_text(kept, "utf-8")
    assert assets.is_fresh(root)


def test_looking_whether_they_are_fresh_imports_nothing_heavy():
    code = ("import sys; from sheber.site import assets; assets.stamp(); "
            "print(sorted({'django', 'vl_convert', 'numpy', 'unfold'} & set(sys.modules)))")
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_the_settings_and_the_command_mean_the_same_folder():
    assert assets.assets_root() == settings.ASSETS_ROOT


def test_a_missing_package_says_what_to_do(monkeypatch):
    monkeypatch.setattr(assets, "PACKAGES", ("no-such-package",))
    with pytest.raises(assets.AssetError, match=r"no-such-package is not installed\. Run"):
        assets.stamp()
