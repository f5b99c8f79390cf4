"""The graph of imports, built once."""

import grimp
import pytest


@pytest.fixture(scope="session")
def import_graph():
    return grimp.build_graph("sheber", include_external_packages=True, exclude_type_checking_imports=True)


@pytest.fixture(scope="session")
def product_imports(import_graph):
    """(importer, imported) of the product itself; tests may look behind every door."""
    pairs = []
    for importer in sorted(import_graph.modules):
        if not importer.startswith("sheber") or ".tests" in importer or importer.endswith(".conftest"):
            continue
        pairs += [(importer, imported) for imported in sorted(import_graph.find_modules_directly_imported_by(importer))]
    return pairs
