"""YAML to a tree of located texts, with limits; nothing in the file is ever executed or multiplied.

Runs in the process that reads: the parser is a library in C.
"""

from dataclasses import dataclass
from typing import Any

import yaml

from sheber.kit.exchange.reading.problems import Place, RefusedError

MAX_DEPTH = 20
MAX_NODES = 300_000
_SCALAR_TAGS = {"tag:yaml.org,2002:" + name for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value")}
_EMPTY = {"", "~", "null", "Null", "NULL"}


@dataclass(slots=True)
class Node:
    """A scalar (``text``), a list (``items``) or a mapping (``fields``) and its line, counted from 1."""

    line: int
    text: str | None = None
    items: list["Node"] | None = None
    fields: dict[str, "Node"] | None = None
    quoted: bool = False

    @property
    def empty(self) -> bool:
        return self.items is None and self.fields is None and (self.text is None or (not self.quoted and self.text in _EMPTY))


def as_plain(node: Node) -> list[Any]:
    """A tree as plain JSON: line, whether it is quoted, and the text, the list or the mapping."""
    inside: Any = node.text
    if node.items is not None:
        inside = [as_plain(one) for one in node.items]
    elif node.fields is not None:
        inside = {key: as_plain(one) for key, one in node.fields.items()}
    return [node.line, node.quoted, inside]


def from_plain(given: Any) -> Node:
    """The opposite of :func:`as_plain`. Raises ``ValueError`` or ``TypeError`` for what is no tree."""
    line, quoted, inside = given
    node = Node(int(line), quoted=bool(quoted))
    if isinstance(inside, list):
        node.items = [from_plain(one) for one in inside]
    elif isinstance(inside, dict):
        node.fields = {key: from_plain(one) for key, one in inside.items()}
    else:
        node.text = None if inside is None else str(inside)
    return node


def parse(text: str) -> Node:
    """The one document of the text.

    Raises
    ------
    RefusedError
        ``yaml_syntax``, ``yaml_alias``, ``yaml_tag``, ``yaml_depth``, ``yaml_size``, ``yaml_key_twice``, ``yaml_not_mapping``.
    """
    try:
        return _document(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        raise RefusedError("yaml_syntax", Place(row=mark.line + 1 if mark else 0), reason=broken.problem or "") from broken
    except (yaml.YAMLError, ValueError, UnicodeError) as broken:
        raise RefusedError("yaml_syntax", Place(), reason=str(broken)[:120]) from broken


def _document(events: Any) -> Node:
    root: Node | None = None
    stack: list[tuple[Node, list[Node]]] = []  # an open mapping keeps its pending key beside it
    count = 0
    for event in events:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent) and root is not None:
            raise RefusedError("yaml_documents", Place(row=line))
        if isinstance(event, yaml.AliasEvent):
            raise RefusedError("yaml_alias", Place(row=line), name=str(event.anchor)[:40])
        if isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            stack.pop()
            continue
        if not isinstance(event, yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent):
            continue
        count += 1
        if count > MAX_NODES:
            raise RefusedError("yaml_size", Place(row=line), limit=MAX_NODES)
        if event.tag is not None and event.tag not in _SCALAR_TAGS | {"!"}:
            raise RefusedError("yaml_tag", Place(row=line), name=str(event.tag)[:80])
        node = _node(event, line)
        if stack:
            _attach(stack[-1], node, line)
        else:
            root = node
        if node.text is None:
            stack.append((node, []))
            if len(stack) > MAX_DEPTH:
                raise RefusedError("yaml_depth", Place(row=line), limit=MAX_DEPTH)
    if root is None or root.fields is None:
        raise RefusedError("yaml_not_mapping", Place(row=1))
    return root


def _node(event: Any, line: int) -> Node:
    if isinstance(event, yaml.ScalarEvent):
        return Node(line, text=event.value, quoted=event.style in ("'", '"'))
    return Node(line, items=[]) if isinstance(event, yaml.SequenceStartEvent) else Node(line, fields={})


def _attach(parent: tuple[Node, list[Node]], node: Node, line: int) -> None:
    holder, pending = parent
    if holder.items is not None:
        holder.items.append(node)
        return
    assert holder.fields is not None
    if not pending:
        if node.text is None:
            raise RefusedError("yaml_key", Place(row=line))
        if node.text in holder.fields:
            raise RefusedError("yaml_key_twice", Place(row=line), name=node.text[:40])
        pending.append(node)
        return
    key = pending.pop().text
    assert key is not None
    if key in holder.fields:
        raise RefusedError("yaml_key_twice", Place(row=line), name=key[:40])
    holder.fields[key] = node
