# A short way to type it; the work is in bootstrap.py, which needs no make. PORT=…, SCALE=… and SHEBER_VAR=… are passed on.
PYTHON ?= python3

.PHONY: help install demo serve test check bench load screenshots clean
help:
	@$(PYTHON) bootstrap.py --help
install demo serve test check bench load screenshots clean:
	@$(PYTHON) bootstrap.py $@
