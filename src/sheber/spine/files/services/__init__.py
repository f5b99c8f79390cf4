"""Writing: attach, remove and bring back, open, scan, collect what nobody refers to, check that all is there."""

from .attaching import FileAttached, file_attach
from .checking import Checked, Fault, files_check
from .collecting import Collected, collect
from .keeping import content_hold, content_let_go, content_put
from .opening import Opened, content_open, file_open
from .removing import file_bring_back, file_remove
from .scanning import scan_waiting

__all__ = ["Checked", "Collected", "Fault", "FileAttached", "Opened", "collect", "content_hold", "content_let_go", "content_open",
           "content_put", "file_attach", "file_bring_back", "file_open", "file_remove", "files_check", "scan_waiting"]
