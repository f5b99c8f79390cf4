"""One way out and in for every table: XLSX and CSV, template, dry run with a diff, all or nothing. Knows no domain."""
