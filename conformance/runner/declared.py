"""What an adapter declared in hello and then declines: an error of the adapter itself.

A case is played only with what `hello` declares, so an adapter may decline nothing in it. If it
could, it would leave out the rules that its exporter breaks, one message at a time, and the run
would stay green.
"""

from __future__ import annotations

from conformance.drivers.protocol import AdapterBroken, Message, Unsupported
from conformance.model.evidence import Identity
from conformance.model.profile import Profile

FEATURES_OF_OPERATIONS = {
    "sync": ("sync", "pull"),
    "retry": ("retry",),
    "settle": ("work.inspect",),
    "advance": ("clock.virtual",),
}
"""The suite sends an operation if one of these features is declared. That of `act` depends on the
action."""

SHARED_ACTIONS = {"end_period": ("period",)}
"""The actions that every dialect has, with the features that let the suite send them."""


def contradiction(declined: Unsupported, profile: Profile, identity: Identity) -> AdapterBroken:
    """What is wrong with declining the message."""
    asked = _name(declined.message)
    features = [name for name in _features(declined.message, profile) if name in identity.features]
    why = declined.reason
    if features:
        return AdapterBroken(
            f"The adapter declared {features[0]} in hello, but answered unsupported to {asked}"
            f" ({why}).",
            f"Leave the feature out of hello, or answer {asked}.",
        )
    return AdapterBroken(
        f"The adapter declared {profile.name} in hello, but answered unsupported to {asked}"
        f" ({why}), which needs no feature.",
        f"Every adapter for {profile.name} must answer {asked}.",
    )


def _name(message: Message) -> str:
    return f"act {message['action']}" if message["op"] == "act" else str(message["op"])


def _features(message: Message, profile: Profile) -> tuple[str, ...]:
    if message["op"] != "act":
        return FEATURES_OF_OPERATIONS.get(message["op"], ())
    action = message["action"]
    return SHARED_ACTIONS.get(action) or tuple(filter(None, (profile.actions[action],)))
