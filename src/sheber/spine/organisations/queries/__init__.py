"""Reading the tree: one query each, rows as values."""

from .lists import Picked, below_counts, children, count, list_slice, matching, pick, tree_top
from .tree import (
    CodeRow,
    OrganisationRow,
    TreeNode,
    TreePart,
    breadcrumbs,
    by_code,
    by_codes,
    by_id,
    by_ids,
    closed_nodes,
    path_of,
    regions,
    root,
    sectors,
    subtree,
    tree,
    tree_nodes,
    tree_part,
    visible,
)

__all__ = ["CodeRow", "OrganisationRow", "Picked", "TreeNode", "TreePart", "below_counts", "breadcrumbs", "by_code", "by_codes", "by_id",
           "by_ids", "children", "closed_nodes", "count",
           "list_slice", "matching", "path_of", "pick", "regions", "root", "sectors", "subtree", "tree", "tree_nodes", "tree_part",
           "tree_top", "visible"]
