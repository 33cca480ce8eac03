"""Refusals of signing in and of what belongs to it, in the words and codes of better-auth (routes.md 3.1)."""

from app.core.errors import AppError


class UserExists(AppError):
    code, status = "user_already_exists_use_another_email", 422
    default = "User already exists. Use another email."


class PasswordTooShort(AppError):
    code, status, default = "password_too_short", 400, "Password too short"


class PasswordTooLong(AppError):
    code, status, default = "password_too_long", 400, "Password too long"


class InvalidEmail(AppError):
    code, status, default = "invalid_email", 400, "Invalid email"


class InvalidEmailOrPassword(AppError):
    """The same for an unknown address and for a wrong password."""

    code, status, default = "invalid_email_or_password", 401, "Invalid email or password"


class InvalidPassword(AppError):
    code, status, default = "invalid_password", 400, "Invalid password"


class InvalidToken(AppError):
    """A token for setting a new password that is unknown, used or older than an hour."""

    code, status, default = "invalid_token", 400, "Invalid token"


class InvalidCallbackUrl(AppError):
    code, status, default = "invalid_callback_url", 403, "Invalid callbackURL"


class InvalidRedirectUrl(AppError):
    code, status, default = "invalid_redirect_url", 403, "Invalid redirectURL"


class EmailCanNotBeUpdated(AppError):
    code, status, default = "email_can_not_be_updated", 400, "Email can not be updated"


class NothingToUpdate(AppError):
    code, status, default = "no_fields_to_update", 400, "No fields to update"


class InvalidOrigin(AppError):
    """A page of another site tries to act with the user's cookie."""

    code, status, default = "invalid_origin", 403, "Invalid origin"


class MissingOrigin(AppError):
    code, status, default = "missing_or_null_origin", 403, "Missing or null Origin"


class CrossSiteNavigation(AppError):
    """A form on another site tries to sign somebody in."""

    code, status = "cross_site_navigation_login_blocked", 403
    default = "Cross-site navigation login blocked. This request appears to be a CSRF attack."
