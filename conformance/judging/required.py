"""What a run must try to be green: the requirements of --require.

A requirement is `core` (the rules that need no feature), `all`, the name of a feature (each rule
that needs it, in a scenario that does) or the id of a rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from conformance.judging.coverage import tried_pairs, was_tried, why_untried
from conformance.judging.verdicts import Verdict
from conformance.model.evidence import Identity
from conformance.model.rule import Rule
from mock_sis.errors import UsageError

CORE, ALL = "core", "all"


def check_required(words: Sequence[str], ids: Collection[str], features: Collection[str]) -> None:
    """Raises UsageError for a word that is neither `core` nor `all`, a feature or a rule."""
    for word in words:
        if word in (CORE, ALL) or word in features or word in ids:
            continue
        near = get_close_matches(word, features, 1) or get_close_matches(word.upper(), ids, 1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise UsageError(
            f"--require must be core, all, a feature or the id of a rule (got {word!r}).{meant}"
            " `conformance list` shows the rules and the features that they need."
        )


def unmet(
    words: Sequence[str], rules: Sequence[Rule], verdicts: Sequence[Verdict], identity: Identity
) -> tuple[str, ...]:
    """A sentence for each requirement that a run did not meet. `words` have been checked, `rules`
    are those of the suite, and `verdicts` are on the rules of this run."""
    found = (
        f"{word} is required, but {gap}."
        for word in dict.fromkeys(words)
        for gap in _gaps(word, rules, verdicts, identity)
    )
    return tuple(found)


def _gaps(
    word: str, rules: Sequence[Rule], verdicts: Sequence[Verdict], identity: Identity
) -> Iterator[str]:
    """What is missing, in words that follow "but"."""
    by_id = {rule.id: rule for rule in rules}
    if word in (CORE, ALL):
        asked = [each for each in verdicts if word == ALL or not each.rule.features]
        yield from _untried([each for each in asked if not was_tried(each)], identity)
    elif word in by_id:
        found = [each for each in verdicts if each.rule.id == word]
        if not found and by_id[word].profile in identity.dialects:
            yield "this run leaves it out (--profile, --rule)"
        elif not found:
            yield f"it was not tried, because {by_id[word].profile} is not declared"
        for each in found:
            if not was_tried(each):
                yield f"it was not tried, because {why_untried(each, identity)[0]}"
    elif word in identity.features:
        yield from _untried([each for each in verdicts if _misses(each, word)], identity)
    else:
        yield "hello does not declare it"


def _untried(verdicts: Sequence[Verdict], identity: Identity) -> Iterator[str]:
    """One text for each reason."""
    groups: dict[str, list[str]] = {}
    for verdict in verdicts:
        groups.setdefault(why_untried(verdict, identity)[0], []).append(verdict.rule.id)
    for because, ids in groups.items():
        verb = "was" if len(ids) == 1 else "were"
        yield f"{', '.join(ids)} {verb} not tried, because {because}"


def _misses(verdict: Verdict, feature: str) -> bool:
    """Whether a rule needs the feature, and was tried in no scenario that does."""
    rule = verdict.rule
    if feature in rule.needs:
        return not was_tried(verdict)
    needing = {(rule.id, each.name) for each in rule.scenarios if feature in each.features}
    return bool(needing) and not needing & tried_pairs(verdict)
