"""Errors of the science floor."""


class EngineInputError(ValueError):
    """An input an engine cannot accept.

    Parameters
    ----------
    field : str
        Name of the argument or column at fault.
    reason : str
        One English sentence: what is wrong.
    row : int, optional
        Position of the first bad element, counted from 0.
    """

    def __init__(self, field: str, reason: str, row: int | None = None) -> None:
        self.field = field
        self.reason = reason
        self.row = row
        place = field if row is None else f"{field}[{row}]"
        super().__init__(f"{place}: {reason}")
