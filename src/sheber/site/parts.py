"""A list of all parts: installed packages with their licences, hashes out of the lock, and assets taken from packages."""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path
from typing import Final

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense, LicenseAcknowledgement, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from . import assets

LOCKS: Final = Path(__file__).resolve().parents[3] / "requirements"
_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^\s\\;]+)|--hash=sha256:([0-9a-f]{64})", re.MULTILINE)
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_SHORT: Final = 80


def sbom_json() -> str:
    """CycloneDX 1.6 JSON. Packages that are installed but neither needed nor locked (tools of a developer, say) are listed too."""
    bom, hashes = Bom(), locked_hashes()
    parts = {normal(one.name): component_of(one, hashes) for one in distributions() if one.metadata["Name"]}
    own = parts.pop("sheber", None) or Component(name="sheber", version="0", type=ComponentType.APPLICATION)
    bom.metadata.component = Component(name="sheber", version=own.version, type=ComponentType.APPLICATION, bom_ref="sheber",
                                       licenses=[LicenseFactory().make_with_expression("Apache-2.0")])
    for part in parts.values():
        bom.components.add(part)
    for asset in asset_components():
        bom.components.add(asset)
    bom.register_dependency(bom.metadata.component, [parts[name] for name in needed_by("sheber") if name in parts])
    for name, part in parts.items():
        bom.register_dependency(part, [parts[one] for one in needed_by(name) if one in parts])
    return str(JsonV1Dot6(bom).output_as_string(indent=1)) + "\n"


def normal(name: str) -> str:
    """One spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked_hashes() -> dict[tuple[str, str], list[str]]:
    """SHA-256 of the files that the locks allow, by package and version; empty where the locks are not at hand."""
    found: dict[tuple[str, str], list[str]] = {}
    for lock in sorted(LOCKS.glob("*.txt")):
        here: list[str] = []
        for name, version, digest in _PIN.findall(lock.read_text("utf-8")):
            if name:
                here = found.setdefault((normal(name), version), [])
            elif digest not in here:
                here.append(digest)
    return found


def component_of(part: Distribution, hashes: dict[tuple[str, str], list[str]]) -> Component:
    name, allowed = normal(part.name), hashes.get((normal(part.name), part.version), [])
    component = Component(name=part.name, version=part.version, type=ComponentType.LIBRARY, bom_ref=f"{name}@{part.version}",
                          purl=PackageURL("pypi", None, name, part.version), description=(part.metadata["Summary"] or "")[:300] or None,
                          hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one) for one in allowed[:1]] if len(allowed) == 1 else [])
    component.licenses.update(licences_of(part))
    # The lock allows any of several files (one for each platform), and which of them was installed is no longer known.
    for digest in allowed if len(allowed) > 1 else ():
        component.properties.add(Property(name="sheber:locked:sha256", value=digest))
    return component


def licences_of(part: Distribution) -> list[DisjunctiveLicense | LicenseExpression]:
    """What the package says of itself: an SPDX expression, a short name, or the classifiers."""
    told = str(part.metadata.json.get("license_expression", ""))
    factory, declared = LicenseFactory(), LicenseAcknowledgement.DECLARED
    if told:
        return [factory.make_from_string(told, license_acknowledgement=declared)]
    classes = sorted({one.split(" :: ")[-1] for one in part.metadata.get_all("Classifier") or () if one.startswith("License :: ")}
                     - {"OSI Approved"})
    if classes:
        return [DisjunctiveLicense(name=one, acknowledgement=declared) for one in classes]
    short = str(part.metadata.json.get("license", "")).strip().splitlines()[:1]
    if short and len(short[0]) < _SHORT:
        found = factory.make_from_string(short[0], license_acknowledgement=declared)
        return [found]
    return []


def asset_components() -> Iterator[Component]:
    """Fonts, signs and scripts that are taken out of packages when the assets are built."""
    for one in assets.LICENCES:
        try:
            version = distribution(one.package).version
        except PackageNotFoundError:
            continue
        component = Component(name=one.asset, version=version, type=ComponentType.FILE, bom_ref=f"asset:{one.asset}",
                              licenses=[DisjunctiveLicense(name=one.name)], publisher=one.holder)
        component.properties.add(Property(name="sheber:taken-from", value=f"{one.package} {version}"))
        yield component


def needed_by(name: str) -> list[str]:
    """Names of the packages that a package needs here, without its extras."""
    try:
        wanted = distribution(name).requires or ()
    except PackageNotFoundError:
        return []
    return sorted({normal(_NAME.match(text)[0]) for text in wanted if "extra ==" not in text})  # type: ignore[index]
