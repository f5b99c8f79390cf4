"""The index is worked out anew from what comes back; none of it is kept in the trash."""

from sheber.spine.trash.registry import derived

derived("search.entry", "search.word", "search.place")
