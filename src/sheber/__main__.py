"""``python -m sheber``."""

import sys

from sheber.site.cli import main

sys.exit(main())
