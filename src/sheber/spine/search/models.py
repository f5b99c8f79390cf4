"""The index: what can be found, where it stands, and the words it is found by. All of it is made from other tables."""

from django.db import models


class Entry(models.Model):
    """A thing that can be found: ``key`` is its primary key as text within its ``kind``."""

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=64)
    later = models.PositiveSmallIntegerField(default=0, help_text="what is over stands behind what is current")
    sort = models.CharField(max_length=40, default="", help_text="the beginning of the sort text of its title")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="search_entry_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Place(models.Model):
    """An organisation at which a thing stands. The path is not kept here: an organisation that moves takes its things along."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="places", db_index=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["entry", "organisation"], name="search_place_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} at {self.organisation_id}"


class Word(models.Model):
    """A key (see :mod:`sheber.kit.letters`) by which an entry is found. The collation is that of code points on every database, so
    that the words with one beginning are one range of the index."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="words", db_index=False)
    kind = models.CharField(max_length=30, help_text="of the entry, so that a search reads only the kinds the reader may see")
    word = models.CharField(max_length=48)
    is_inner = models.BooleanField(default=False, help_text="the inside of a word, not its beginning")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["entry", "word"], name="search_word_once")]
        indexes = [models.Index(fields=["kind", "word", "entry", "is_inner"], name="search_word_range")]

    def __str__(self) -> str:
        return self.word


class State(models.Model):
    """How the index was made: one row. Another ``layout`` than that of the program means that it has to be made anew."""

    layout = models.CharField(max_length=64)
    built_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.layout
