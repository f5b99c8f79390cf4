"""People and the roles they hold at nodes of the tree."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from sheber.kit.localised import LocalisedField

from .roles import ROLE_CHOICES


class UserManager(BaseUserManager["User"]):
    """Looks people up by e-mail, whatever the case it was typed in."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username or "")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


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

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return str(self.name) or self.email


class RoleAssignment(models.Model):
    """A role held at a node; it holds for everything below the node, between its dates."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=30, choices=ROLE_CHOICES)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "organisation"], name="role_once_per_node"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="role_ends_after_start", violation_error_message=_("The last day lies before the first.")),
        ]

    def __str__(self) -> str:
        return f"{self.role} @ {self.organisation_id}"
