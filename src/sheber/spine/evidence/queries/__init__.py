"""Reading the ledger: arrays for the engine, rows for the reader."""

from .arrays import EvidenceColumns, columns
from .items import ItemDetail, ItemPage, ItemRow, item_detail, items_behind, ledger_of, owner_of

__all__ = ["EvidenceColumns", "ItemDetail", "ItemPage", "ItemRow", "columns", "item_detail", "items_behind", "ledger_of", "owner_of"]
