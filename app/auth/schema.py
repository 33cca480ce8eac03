"""Accounts, sessions and tokens, as GraphQL shows them."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import argument

from app.auth import actions, tokens
from app.auth.loaders import own_accounts, own_sessions, own_user, session_identity, session_token
from app.auth.model import TokenScope
from app.auth.sessions import current
from app.auth.throttle import limit_network
from app.core.context import Role
from app.core.declare import Info, column_of, show
from app.core.inputs import given

strawberry.enum(TokenScope, description="What an access token may do: all that you may, or only read.")

Password = Annotated[str, argument(description="8 to 128 characters.")]


@strawberry.enum(description="What kind of member somebody is.")
class MembershipKind(Enum):
    PERSON = strawberry.enum_value("person", description="A human being.")


@strawberry.type(description="Your account, as signing in shows it.")
class User:
    id: strawberry.ID = strawberry.field(description="The user's id; organizations know people by another one.")
    name: str = strawberry.field(description="What the user is called.")
    email: str = strawberry.field(description="The address that the user signs in with, in lower case.")
    email_verified: bool = strawberry.field(description="Whether the address is known to be the user's.")
    image: str | None = strawberry.field(description="Address of the user's picture.")
    created_at: datetime = strawberry.field(description="When the user signed up.")
    updated_at: datetime = strawberry.field(description="When the user last changed the account.")


@strawberry.type(description="A browser, or another program, in which you are signed in.")
class Session:
    id: strawberry.ID = strawberry.field(description="The session's id.")
    user_id: strawberry.ID = strawberry.field(description="Whose it is.")
    ip_address: str = strawberry.field(description="Where you signed in from; empty if that is not known.")
    user_agent: str = strawberry.field(description="The program you signed in with, in its own words.")
    expires_at: datetime = strawberry.field(description="When it ends, unless it is used before: then it lives on.")
    created_at: datetime = strawberry.field(description="When you signed in.")
    updated_at: datetime = strawberry.field(description="When it was last given more time.")

    @strawberry.field(description="The secret that its cookie holds. Give it to `revokeSession`, and to nobody else.")
    def token(self, info: Info) -> str:
        return session_token(info.context, column_of(self, "id"))


@strawberry.type(description="The session that you are signed in with, and who you are.")
class CurrentSession:
    session: Session = strawberry.field(description="The session.")
    user: User = strawberry.field(description="Whose it is.")


@strawberry.type(description="What signing in or up leads to. The session's cookie comes with the answer.")
class SignInPayload:
    session: Session = strawberry.field(description="The new session.")
    user: User = strawberry.field(description="Who is signed in.")
    url: str | None = strawberry.field(description="Where to go now: the `callbackUrl` that was given.")

    @strawberry.field(description="The new session's token, which its cookie holds.")
    def token(self, info: Info) -> str:
        return session_token(info.context, column_of(column_of(self, "session"), "id"))

    @strawberry.field(description="Whether there is somewhere to go.")
    def redirect(self) -> bool:
        return column_of(self, "url") is not None


@strawberry.type(description="A way in which you can sign in.")
class Account:
    id: strawberry.ID = strawberry.field(description="The account's id.")
    user_id: strawberry.ID = strawberry.field(description="Whose it is.")
    provider_id: str = strawberry.field(description="Who vouches for you: `credential` is a password kept here.")
    created_at: datetime = strawberry.field(description="When it was set up.")
    updated_at: datetime = strawberry.field(description="When it was last changed, as by a new password.")

    @strawberry.field(description="Your id at who vouches for you; here, your own.")
    def account_id(self) -> strawberry.ID:
        return strawberry.ID(column_of(self, "user_id"))

    @strawberry.field(description="What was asked of who vouches for you; nothing where that is a password.")
    def scopes(self) -> list[str]:
        return []


@strawberry.type(description="A key for programs that act with your rights.")
class AccessToken:
    id: strawberry.ID = strawberry.field(description="The token's id; not the token itself.")
    name: str = strawberry.field(description="What you called it.")
    token_prefix: str = strawberry.field(description="How it begins, so that you know which one it is.")
    scope: TokenScope = strawberry.field(description="What it may do.")
    vocabulary: str | None = strawberry.field(
        description="Which names of types and tools it is answered with: null for those of this reference, "
        "`2026-08-21` for the newer ones."
    )
    last_used_at: datetime | None = strawberry.field(description="When it was last used, to the minute; null if never.")
    expires_at: datetime | None = strawberry.field(description="When it ends; null if never.")
    revoked_at: datetime | None = strawberry.field(description="When you revoked it.")
    created_at: datetime = strawberry.field(description="When you made it.")


@strawberry.type(description="A new access token.")
class CreateAccessTokenPayload:
    access_token: AccessToken = strawberry.field(description="What is kept of it.")
    token: str = strawberry.field(description="The token itself: `thicket_pat_…`. It is shown this once.")


@strawberry.type(description="Who asks.")
class AuthorizedIdentity:
    id: strawberry.ID = strawberry.field(description="The user's id.")


@strawberry.type(description="An organization that the caller's credential opens.")
class AuthorizedOrganization:
    id: strawberry.ID = strawberry.field(description="The organization's id.")
    name: str = strawberry.field(description="What it is called.")
    slug: str = strawberry.field(description="Its name in every address.")
    role: Role = strawberry.field(description="Your role in it.")
    membership_id: strawberry.ID = strawberry.field(description="Your id as one of its people.")

    @strawberry.field(description="Where its REST API begins.")
    def href(self, info: Info) -> str:
        return f"{info.context.caller.settings.url}/api/v1/{column_of(self, 'slug')}"

    @strawberry.field(description="What kind of member you are.")
    def membership_kind(self) -> MembershipKind:
        return MembershipKind.PERSON


@strawberry.type(description="What the credential of this request is good for.")
class Authorization:
    organizations: list[AuthorizedOrganization] = strawberry.field(description="The organizations it opens, by name.")
    scope: TokenScope = strawberry.field(description="What it may do.")
    expires_at: datetime | None = strawberry.field(
        description="When it ends; null for a session: that lives on by use."
    )

    @strawberry.field(description="Who asks.")
    def identity(self) -> AuthorizedIdentity:
        return show({"id": column_of(self, "user_id")})


@strawberry.type(description="That a deed was done.")
class UpdateUserPayload:
    user: User = strawberry.field(description="The user, changed.")

    @strawberry.field(description="Always true: what fails is an error.")
    def status(self) -> bool:
        return True


@strawberry.type(description="That a mail was asked for.")
class RequestPasswordResetPayload:
    status: bool = strawberry.field(description="Always true, also for an address that nobody here has.")
    message: str = strawberry.field(description="What to tell the user.")


@strawberry.type(description="What a new password leads to.")
class ChangePasswordPayload:
    user: User = strawberry.field(description="Whose password it is.")
    token: str | None = strawberry.field(description="The new session's token, if all sessions were ended; else null.")


@strawberry.input(description="Who you are, for a new account.")
class SignUpInput:
    name: str = strawberry.field(description="What people call you: 1 to 100 characters.")
    email: str = strawberry.field(description="The address that you will sign in with.")
    password: str = strawberry.field(description="8 to 128 characters.")
    image: str | None = strawberry.field(default=None, description="Address of a picture of you.")
    remember_me: bool = strawberry.field(
        default=True, description="Stay signed in for 7 days of rest; else until the browser is closed, at most a day."
    )
    callback_url: str | None = strawberry.field(
        default=None, description="Where to go then: a path on this server, or an address on a site it trusts."
    )


@strawberry.input(description="Who you are.")
class SignInInput:
    email: str = strawberry.field(description="Your address.")
    password: str = strawberry.field(description="Your password.")
    remember_me: bool = strawberry.field(
        default=True, description="Stay signed in for 7 days of rest; else until the browser is closed, at most a day."
    )
    callback_url: str | None = strawberry.field(
        default=None, description="Where to go then: a path on this server, or an address on a site it trusts."
    )


@strawberry.input(description="What to change; what is left out stays.")
class UpdateUserInput:
    name: strawberry.Maybe[str] = strawberry.field(description="What people call you: 1 to 100 characters.")
    image: strawberry.Maybe[str | None] = strawberry.field(description="Address of a picture of you; null for none.")
    email: strawberry.Maybe[str | None] = strawberry.field(
        description="Cannot be changed here: giving it is refused with `EMAIL_CAN_NOT_BE_UPDATED`."
    )


@strawberry.input(description="The old and the new password.")
class ChangePasswordInput:
    current_password: str = strawberry.field(description="The password of now.")
    new_password: str = strawberry.field(description="The new one: 8 to 128 characters.")
    revoke_other_sessions: bool = strawberry.field(
        default=False, description="Sign out everywhere else; this session goes on under a new token."
    )


@strawberry.input(description="Whose password was forgotten.")
class RequestPasswordResetInput:
    email: str = strawberry.field(description="The address of the account.")
    redirect_to: str | None = strawberry.field(
        default=None,
        description="The page that the mailed link leads to, with `?token=…`: a path on this server, or an address "
        "on a site it trusts.",
    )


@strawberry.input(description="A new password, and the permission to set it.")
class ResetPasswordInput:
    token: str | None = strawberry.field(default=None, description="The mailed token. Without one it is refused.")
    new_password: str = strawberry.field(description="8 to 128 characters.")


@strawberry.input(description="What a new access token may do.")
class CreateAccessTokenInput:
    name: str = strawberry.field(description="What you call it: 1 to 100 characters.")
    scope: TokenScope = strawberry.field(default=TokenScope.FULL, description="What it may do.")
    vocabulary: str | None = strawberry.field(
        default=None,
        description="Which names of types and tools it is answered with: null for those of this reference, "
        "`2026-08-21` for the newer ones.",
    )
    expires_at: datetime | None = strawberry.field(default=None, description="When it shall end; null for never.")


@strawberry.type
class Query:
    @strawberry.field(
        description="The session that you are signed in with; null if you are not. Asking keeps it alive: once a day "
        "it is given 7 more."
    )
    async def session(self, info: Info) -> CurrentSession | None:
        await limit_network(info.context.caller, "get-session")
        return show(await current(info.context))

    @strawberry.field(description="Where you are signed in, the latest first. Needs a session, not a token.")
    async def sessions(self, info: Info) -> list[Session]:
        await limit_network(info.context.caller, "list-sessions")
        session_identity(info.context)
        return show(await own_sessions(info.context))

    @strawberry.field(description="The ways in which you can sign in. Needs a session, not a token.")
    async def accounts(self, info: Info) -> list[Account]:
        await limit_network(info.context.caller, "list-accounts")
        session_identity(info.context)
        return show(await own_accounts(info.context))

    @strawberry.field(
        description="Your access tokens, revoked and expired ones too, the latest first. Needs a session, not a token."
    )
    async def access_tokens(self, info: Info) -> list[AccessToken]:
        return show(await tokens.mine(info.context))

    @strawberry.field(description="Who you are and what your credential opens: for programs that have just started.")
    async def authorization(self, info: Info) -> Authorization:
        return show(await tokens.authorization(info.context))

    @strawberry.field(
        description="Where a mailed link for a new password leads on to: your page, with `?token=…` or "
        "`?error=INVALID_TOKEN`."
    )
    async def password_reset_url(
        self,
        info: Info,
        token: Annotated[str, argument(description="The mailed token.")],
        callback_url: Annotated[
            str, argument(description="Your page: a path on this server, or an address on a site it trusts.")
        ],
    ) -> str:
        return await actions.follow_reset_link(info.context, token, callback_url)

    @strawberry.field(description="Whether people can sign in at the moment: always true, if it is answered at all.")
    def sign_in_available(self) -> bool:
        return True


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Make an account and sign in. Whoever is not invited anywhere gets an organization of their own."
    )
    async def sign_up(
        self, info: Info, input: Annotated[SignUpInput, argument(description="Who you are.")]
    ) -> SignInPayload:
        wish = actions.SignUp(
            input.name, input.email, input.password, input.image, input.callback_url, input.remember_me
        )
        return _signed_in(await actions.sign_up(info.context, wish), input.callback_url)

    @strawberry.mutation(description="Sign in by password. Accepts what your address is invited to.")
    async def sign_in(
        self, info: Info, input: Annotated[SignInInput, argument(description="Who you are.")]
    ) -> SignInPayload:
        signed_in = await actions.sign_in(
            info.context, input.email, input.password, remember=input.remember_me, callback_url=input.callback_url
        )
        return _signed_in(signed_in, input.callback_url)

    @strawberry.mutation(description="End your session. True, also if there is none.")
    async def sign_out(self, info: Info) -> bool:
        await actions.sign_out(info.context)
        return True

    @strawberry.mutation(description="Change your name or picture, in every organization. Needs a session.")
    async def update_user(
        self, info: Info, input: Annotated[UpdateUserInput, argument(description="What to change.")]
    ) -> UpdateUserPayload:
        return show({"user": await actions.update_user(info.context, given(input))})

    @strawberry.mutation(description="Set a new password, knowing the old one. Needs a session.")
    async def change_password(
        self, info: Info, input: Annotated[ChangePasswordInput, argument(description="Both passwords.")]
    ) -> ChangePasswordPayload:
        session = await actions.change_password(
            info.context, input.current_password, input.new_password, end_others=input.revoke_other_sessions
        )
        token = session_token(info.context, session.id) if session else None
        return show({"token": token, "user": await own_user(info.context)})

    @strawberry.mutation(description="Check that it is your password, as before something grave. Needs a session.")
    async def verify_password(self, info: Info, password: Password) -> bool:
        await actions.verify_password(info.context, password)
        return True

    @strawberry.mutation(description="Have a link for a new password mailed, which works once and for an hour.")
    async def request_password_reset(
        self, info: Info, input: Annotated[RequestPasswordResetInput, argument(description="Whose password.")]
    ) -> RequestPasswordResetPayload:
        await actions.request_password_reset(info.context, input.email, input.redirect_to)
        return show({"status": True, "message": actions.RESET_REQUESTED})

    @strawberry.mutation(description="Set a new password by a mailed token. Ends all of the user's sessions.")
    async def reset_password(
        self, info: Info, input: Annotated[ResetPasswordInput, argument(description="Token and password.")]
    ) -> bool:
        await actions.reset_password(info.context, input.token, input.new_password)
        return True

    @strawberry.mutation(description="End one of your sessions. True, also if it is none of yours. Needs a session.")
    async def revoke_session(
        self, info: Info, token: Annotated[str, argument(description="The session's token.")]
    ) -> bool:
        await actions.revoke_session(info.context, token)
        return True

    @strawberry.mutation(description="End all of your sessions but this one. Needs a session.")
    async def revoke_other_sessions(self, info: Info) -> bool:
        await actions.revoke_other_sessions(info.context)
        return True

    @strawberry.mutation(description="End all of your sessions, this one too. Needs a session.")
    async def revoke_sessions(self, info: Info) -> bool:
        await actions.revoke_sessions(info.context)
        return True

    @strawberry.mutation(description="Make a key for programs that act with your rights. Needs a session, not a token.")
    async def create_access_token(
        self, info: Info, input: Annotated[CreateAccessTokenInput, argument(description="What it may do.")]
    ) -> CreateAccessTokenPayload:
        return show(await tokens.create(info.context, input.name, input.scope, input.vocabulary, input.expires_at))

    @strawberry.mutation(description="End an access token for good. Needs a session, not a token.")
    async def revoke_access_token(
        self, info: Info, id: Annotated[strawberry.ID, argument(description="The token's id.")]
    ) -> AccessToken:
        return show(await tokens.revoke(info.context, id))


def _signed_in(signed_in: Any, url: str | None) -> SignInPayload:
    return show({"session": signed_in.session, "user": signed_in.user, "url": url or None})
