"""Telling the background work that messages wait."""


def sending_wake() -> None:
    """After the commit: have the messages sent soon. Without background work they wait for its next round."""
