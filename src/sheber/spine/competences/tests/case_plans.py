"""Plans of frameworks for tests of CASE, and packages as other servers write them. All invented."""

import json
import uuid

from hypothesis import strategies as st

from sheber.kit.localised import LocalisedText
from sheber.spine.competences.case.plan import Item, Link, Plan, document_id, item_id, link_id
from sheber.spine.competences.case.trees import MAX_DEPTH

LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXT = st.text(LETTERS, min_size=1, max_size=30).filter(str.strip) | st.sampled_from(
    ["=1+1", "ӘҒҚҢӨҰҮҺІ", "a\r\n b", "<script>", "𝑑", "\u200f", "NaN", "«1»"])
LOCALISED = st.dictionaries(st.sampled_from(["kk", "ru", "en"]), TEXT, min_size=1).map(LocalisedText.of)
MAYBE = st.just(LocalisedText()) | LOCALISED
CODE = st.text(st.sampled_from("ABab019.-ӘЖ "), min_size=1, max_size=12).map(str.strip).filter(lambda one: one not in {"", ".", ".."})
JSON = st.dictionaries(st.sampled_from(["subject", "educationLevel", "conceptKeywords", "alternativeLabel", "listEnumeration"]),
                       st.lists(TEXT, max_size=2) | TEXT, max_size=2)
FACTS = {"status_of_fact": st.sampled_from(["confirmed", "from memory", "proposed"]), "sources": st.lists(TEXT, max_size=2).map(tuple)}


@st.composite
def plans(draw):
    """Any framework: a tree of any shape, texts in any languages, links within and without, things only CASE knows."""
    code, version = draw(st.sampled_from(["F-1", "Frame.2"])), draw(st.sampled_from(["1", "2026.1"]))
    document = document_id(code, version) if draw(st.booleans()) else str(draw(st.uuids()))
    codes = draw(st.lists(CODE, max_size=8, unique=True))
    items: list[Item] = []
    depth = {"": 0}
    for one in codes:
        identifier = item_id(document, one) if draw(st.booleans()) else str(draw(st.uuids()))
        open_to = [key for key, level in depth.items() if level < MAX_DEPTH]
        parent = draw(st.sampled_from(open_to))
        depth[identifier] = depth[parent] + 1
        items.append(Item(identifier, one, draw(LOCALISED), parent, draw(MAYBE), draw(MAYBE),
                          draw(st.sampled_from(["", "topic", "Тақырып"])), draw(st.sampled_from(["", "C", "O"])), draw(st.booleans()),
                          draw(st.sampled_from(["", "part"])),
                          extra=draw(JSON), **{name: draw(value) for name, value in FACTS.items()}))
    links = {}
    for _place in range(draw(st.integers(0, 3)) if items else 0):
        origin, strength = draw(st.sampled_from(items)).identifier, draw(st.sampled_from(["", "main", "partial", "exact"]))
        target = draw(st.sampled_from([one.identifier for one in items]) | st.uuids().map(str))
        kind = {"": "precedes", "exact": "exactMatchOf"}.get(strength, "isRelatedTo")
        if origin != target and not any((one.origin, one.target) == (origin, target) for one in links.values()):
            key = link_id(origin, kind, target)
            links[key] = Link(key, kind, origin, target, strength, extra=draw(JSON), **{name: draw(value) for name, value in FACTS.items()})
    return Plan(document, code, version, draw(LOCALISED), tuple(from_the_top(items)), tuple(links[key] for key in sorted(links)),
                draw(st.sampled_from(["", "A publisher"])), draw(MAYBE), draw(st.sampled_from(["", "own translation"])), extra=draw(JSON),
                definitions=draw(st.sampled_from([{}, {"CFSubjects": [{"identifier": str(uuid.UUID(int=5)), "title": "S"}]}])),
                **{name: draw(value) for name, value in FACTS.items()})


def from_the_top(items, parent=""):
    for one in items:
        if one.parent == parent:
            yield one
            yield from from_the_top(items, one.identifier)


def guid(number):
    return str(uuid.UUID(int=number))


def foreign(items=("1", "1.1", "2"), *, title="Foreign skills", document=900, associations=None, **more):
    """A package as another server writes it: addresses of its own, no language, no version. ``items`` are codes; ``1.1`` is below ``1``."""
    host = "https://frameworks.example/ims/case/v1p0"
    ids = {code: guid(place) for place, code in enumerate(items, start=1)}
    moment = "2024-05-25T18:05:33+00:00"

    def link(identifier, name):
        return {"title": name, "identifier": identifier, "uri": f"{host}/CFItems/{identifier}"}

    tree = [{"identifier": guid(1000 + place), "uri": f"{host}/CFAssociations/{guid(1000 + place)}", "associationType": "isChildOf",
             "sequenceNumber": place, "originNodeURI": link(ids[code], code), "lastChangeDateTime": moment,
             "destinationNodeURI": link(ids.get(code.rpartition(".")[0], guid(document)), "up")}
            for place, code in enumerate(items, start=1)]
    package = {
        "CFDocument": {"identifier": guid(document), "uri": f"{host}/CFDocuments/{guid(document)}", "creator": "Somebody", "title": title,
                       "lastChangeDateTime": moment, "adoptionStatus": "Adopted", "subject": ["Engineering"], **more},
        "CFItems": [{"identifier": ids[code], "uri": f"{host}/CFItems/{ids[code]}", "humanCodingScheme": code,
                     "fullStatement": f"Item {code}", "CFItemType": "Cluster",
                     "CFItemTypeURI": link(guid(77), "Cluster"), "educationLevel": ["06"],
                     "lastChangeDateTime": moment} for code in items],
        "CFAssociations": tree if associations is None else [*tree, *associations],
        "CFDefinitions": {"CFItemTypes": [{"identifier": guid(77), "uri": f"{host}/CFItemTypes/{guid(77)}", "title": "Cluster",
                                           "description": "", "hierarchyCode": "1", "lastChangeDateTime": moment}]}}
    return package


def association(origin, kind, target, number=2000, **more):
    return {"identifier": guid(number), "uri": f"urn:uuid:{guid(number)}", "associationType": kind,
            "lastChangeDateTime": "2024-05-25T18:05:33Z",
            "originNodeURI": {"title": "o", "identifier": guid(origin), "uri": f"urn:uuid:{guid(origin)}"},
            "destinationNodeURI": {"title": "d", "identifier": guid(target), "uri": f"urn:uuid:{guid(target)}"}, **more}


def data(package):
    return json.dumps(package).encode()
