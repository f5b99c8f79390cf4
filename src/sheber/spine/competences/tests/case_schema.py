"""What CASE asks of a package, stated from the public specification of 1EdTech in our own words; nothing beyond it is allowed.

Two versions: 1.0 (2017) and 1.1 (2024), which added ``caseVersion``, ``frameworkType``, ``extensions``, ``isTranslationOf`` and ``ext:…``.
"""

from typing import Any

GUID = {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"}
TEXT = {"type": "string", "minLength": 1}
URI = {"type": "string", "pattern": "^[a-z][a-z0-9+.-]*:"}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$"}
DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
TEXTS = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}       # conceptKeywords and educationLevel are lists; servers write texts too
KINDS = ["isChildOf", "isPeerOf", "isPartOf", "exactMatchOf", "precedes", "isRelatedTo", "replacedBy", "exemplar", "hasSkillLevel"]
WHOLE = {"identifier": GUID, "uri": URI, "lastChangeDateTime": MOMENT}


def closed(required: str, more: str = "", **properties: Any) -> dict[str, Any]:
    names = required.split()
    return {"type": "object", "required": names, "additionalProperties": False,
            "properties": {**dict.fromkeys([*names, *more.split()], TEXT), **properties}}


def schema(version: str) -> dict[str, Any]:
    newer = version == "1.1"
    extensions = {"extensions": {"type": "object"}} if newer else {}
    link = closed("title identifier uri", identifier=GUID, uri=URI)
    end = closed("title identifier uri", "targetType" if newer else "", uri=URI)
    own = "identifier uri lastChangeDateTime"
    document = closed(
        f"{own} creator title", "publisher description language version notes" + (" frameworkType" if newer else ""), **WHOLE, **extensions,
        **({"caseVersion": {"const": "1.1"}} if newer else {}), CFPackageURI=link, officialSourceURL=URI, licenseURI=link,
        adoptionStatus={"enum": ["Private Draft", "Draft", "Adopted", "Deprecated"]}, statusStartDate=DAY, statusEndDate=DAY,
        subject=TEXTS, **dict.fromkeys(("educationLevel", "conceptKeywords", "alternativeLabel", "listEnumeration"), TEXTS))
    item = closed(
        f"{own} fullStatement", "alternativeLabel CFItemType humanCodingScheme listEnumeration abbreviatedStatement notes language",
        **{**WHOLE, **extensions, "CFDocumentURI": link, "CFItemTypeURI": link, "licenseURI": link, "statusStartDate": DAY,
           "statusEndDate": DAY, "educationLevel": TEXTS, "conceptKeywords": TEXTS, "subject": TEXTS,
           "alternativeLabel": TEXTS, "listEnumeration": TEXTS})
    kinds: dict[str, Any] = {"enum": KINDS}
    if newer:
        kinds = {"anyOf": [{"enum": [*KINDS, "isTranslationOf"]}, {"type": "string", "pattern": "^ext:[A-Za-z0-9._-]+$"}]}
    association = closed(
        f"{own} associationType originNodeURI destinationNodeURI", "notes" if newer else "", **WHOLE, **extensions, associationType=kinds,
        originNodeURI=end, destinationNodeURI=end, sequenceNumber={"type": "integer"}, CFAssociationGroupingURI=link, CFDocumentURI=link,
        **dict.fromkeys(("educationLevel", "conceptKeywords", "alternativeLabel", "listEnumeration", "subject"), TEXTS))
    kind = closed(f"{own} title description hierarchyCode", "typeCode", **WHOLE, **extensions)
    definitions = {"type": "object", "additionalProperties": False, "properties": {
        "CFItemTypes": {"type": "array", "items": kind},
        **{name: {"type": "array", "items": {"type": "object"}} for name in (
            "CFConcepts", "CFSubjects", "CFLicenses", "CFAssociationGroupings")}}}
    return {"type": "object", "required": ["CFDocument"], "additionalProperties": False, "properties": {
        "CFDocument": document, "CFItems": {"type": "array", "items": item}, "CFAssociations": {"type": "array", "items": association},
        "CFDefinitions": definitions, "CFRubrics": {"type": "array", "items": {"type": "object"}}}}


SCHEMAS = {version: schema(version) for version in ("1.0", "1.1")}
