"""Reading the ledger: arrays for the engine, rows for the reader."""

from .arrays import EvidenceColumns, columns
from .by_source import is_in_source, items_from, items_total, means_from, people_from
from .items import ItemDetail, ItemPage, ItemRow, LedgerPart, item_detail, items_behind, ledger_of, ledger_part, owner_of
from .snapshots import Shown, computed, horizon, shown_by

__all__ = ["EvidenceColumns", "ItemDetail", "ItemPage", "ItemRow", "LedgerPart", "Shown", "columns", "computed", "horizon", "is_in_source",
           "item_detail", "items_behind", "items_from", "items_total", "ledger_of", "ledger_part", "means_from", "owner_of", "people_from",
           "shown_by"]
