"""What the provider tells of a person. An address is checked unless the person's last name says otherwise."""

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator


class Claims(OAuth2Validator):
    """``sub`` is the number of the account, as the toolkit has it."""

    def get_additional_claims(self) -> dict[str, Any]:
        return {"email": lambda request: request.user.email, "email_verified": lambda request: request.user.last_name != "unchecked",
                "name": lambda request: request.user.first_name}
