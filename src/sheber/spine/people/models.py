"""People and the roles they hold at nodes of the tree."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from sheber.kit.folding import FoldedField, SortField, search_text, sort_text
from sheber.kit.localised import LocalisedField, LocalisedText

from .roles import ROLE_CHOICES

COMPUTED = ("search_text", "sort_kk", "sort_ru", "sort_en")


class UserManager(BaseUserManager["User"]):
    """Looks people up by e-mail, whatever the case it was typed in."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username or "")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


def _sort(language: str) -> Any:
    return lambda user: sort_text(LocalisedText.of(user.name).in_language(language)[0] or user.email)


class User(AbstractBaseUser):
    """A person who may sign in. What they may do follows from :class:`RoleAssignment` only."""

    email = models.EmailField(_("E-mail"), unique=True)
    name = LocalisedField()
    language = models.CharField(max_length=2, default="kk")
    theme = models.CharField(max_length=8, default="auto")
    is_active = models.BooleanField(default=True)
    is_synthetic = models.BooleanField(default=False)
    persona_order = models.PositiveSmallIntegerField(null=True, blank=True, help_text="place in the tour; demonstration only")
    persona_note = LocalisedField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    edit_version = models.PositiveIntegerField(default=0, help_text="counts the saves of name, e-mail and language")
    session_epoch = models.PositiveIntegerField(default=0, help_text="counts how often all sessions of the person were ended")
    search_text = FoldedField(lambda user: search_text([user.email, *LocalisedText.of(user.name).values()]), db_index=True)
    sort_kk = SortField(_sort("kk"), db_index=True)
    sort_ru = SortField(_sort("ru"), db_index=True)
    sort_en = SortField(_sort("en"), db_index=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return str(self.name) or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What people are searched and sorted by follows their name and e-mail."""
        fields = kwargs.get("update_fields")
        if fields is not None and {"name", "email"} & set(fields):
            kwargs["update_fields"] = {*fields, *COMPUTED}
        super().save(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end when the password changes, and when ``session_epoch`` counts up."""
        if not self.session_epoch:
            found: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
            return found
        salt = "sheber.spine.people.models.User.session"
        return salted_hmac(salt, f"{self.password}\n{self.session_epoch}", secret=secret, algorithm="sha256").hexdigest()


class RoleAssignment(models.Model):
    """A role held at a node; it holds for everything below the node, between its dates."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=30, choices=ROLE_CHOICES)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)
    edit_version = models.PositiveIntegerField(default=0, help_text="counts the changes of its days")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["organisation", "role", "user"], name="role_place")]
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "organisation"], name="role_once_per_node"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="role_ends_after_start", violation_error_message=_("The last day lies before the first.")),
        ]

    def __str__(self) -> str:
        return f"{self.role} @ {self.organisation_id}"


class Invitation(models.Model):
    """A role offered to an e-mail address. Of the token that opens it only a hash is kept."""

    email = models.EmailField(_("E-mail"))
    name = LocalisedField(blank=True)
    language = models.CharField(max_length=2, default="kk")
    role = models.CharField(max_length=30, choices=ROLE_CHOICES)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(Lower("email"), "role", "organisation", name="invitation_open_once",
                                    condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True)),
            models.CheckConstraint(condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True), name="invitation_one_end"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="invitation_ends_after_start", violation_error_message=_("The last day lies before the first.")),
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.role} @ {self.organisation_id}"
