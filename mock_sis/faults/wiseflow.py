"""Faults of the verdict: answers of a WISEflow-style receiver that contradict themselves.

A kind that adds an error takes away one success, so that the counts still add up to what was sent:
one thing is wrong at a time.
"""

from dataclasses import replace
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from mock_sis.errors import Refused
from mock_sis.exchange import Reply
from mock_sis.faults.body import json_object
from mock_sis.faults.parameters import Offset, Text, UserId
from mock_sis.faults.what import Phase, What
from mock_sis.formats.json_text import encode_json
from mock_sis.formats.mapping.reports import Report, read_report, write_report
from mock_sis.formats.mapping.shapes import AnswerMapping

Answer = dict[str, Any]


class BulkAnswer(What, frozen=True):
    """A kind that rewrites the 2xx answer to a bulk call, and leaves other answers alone."""

    phases: ClassVar[tuple[Phase, ...]] = ("after",)
    reach: ClassVar[str] = "wiseflow.*.grades.*"

    def retold(self, answer: Answer) -> Answer:
        """The answer to give; the same one if it cannot be changed."""
        raise NotImplementedError

    def after(self, reply: Reply) -> Reply:
        answer = bulk_answer(reply)
        if answer is None:
            return reply
        retold = self.retold(answer)
        return reply if retold == answer else replace(reply, body=written(retold, reply))


class WrongCounts(BulkAnswer, frozen=True, tag="wiseflow_wrong_counts"):
    """The counts are wrong: numberOfSuccess by `success_by`, numberOfErrors by `errors_by`."""

    success_by: Annotated[Offset, Meta(description="Added to numberOfSuccess.")] = 1
    errors_by: Annotated[Offset, Meta(description="Added to numberOfErrors.")] = 0

    def __post_init__(self) -> None:
        if self.success_by == self.errors_by == 0:
            raise ValueError("success_by and errors_by must not both be 0")

    def retold(self, answer: Answer) -> Answer:
        return answer | {
            "numberOfSuccess": answer["numberOfSuccess"] + self.success_by,
            "numberOfErrors": answer["numberOfErrors"] + self.errors_by,
        }


class UnknownUser(BulkAnswer, frozen=True, tag="wiseflow_unknown_user"):
    """The errors name a userId that was not in the call."""

    user: Annotated[UserId, Meta(description="The userId, which the call did not name.")] = (
        2147483647
    )
    text: Annotated[Text, Meta(description="The errorInfo.")] = "The participant could not be found"

    def retold(self, answer: Answer) -> Answer:
        return with_error(answer, {"userId": self.user, "errorInfo": self.text})


class RepeatedUser(BulkAnswer, frozen=True, tag="wiseflow_repeated_user"):
    """The errors name the same userId twice: `user`, or by default the first one in the errors."""

    user: Annotated[
        UserId | None,
        Meta(description="The userId that is named twice; by default the first in the errors."),
    ] = None
    text: Annotated[Text, Meta(description="The errorInfo, if the user had no error before.")] = (
        "The grade could not be registered"
    )

    def retold(self, answer: Answer) -> Answer:
        if self.user is None:
            return with_error(answer, answer["errors"][0]) if answer["errors"] else answer
        error = {"userId": self.user, "errorInfo": self.text}
        named = any(is_about(each, self.user) for each in answer["errors"])
        return with_error(answer if named else with_error(answer, error), error)


class ErrorsWithoutUser(BulkAnswer, frozen=True, tag="wiseflow_errors_without_user"):
    """The errors have no userId; an answer without errors gets one."""

    text: Annotated[Text, Meta(description="The errorInfo, if the answer had no error before.")] = (
        "One of the grades could not be registered"
    )

    def retold(self, answer: Answer) -> Answer:
        if not answer["errors"]:
            return with_error(answer, {"errorInfo": self.text})
        return answer | {"errors": [without_user(each) for each in answer["errors"]]}


def bulk_answer(reply: Reply) -> Answer | None:
    """The counts and errors in a reply, by the recommended names; None if it does not answer a bulk
    call. A count that the institution leaves out is 0."""
    if not 200 <= reply.status < 300:
        return None
    answer = json_object(reply.body) if reply.form is None else _mapped(reply)
    if answer is None or not isinstance(answer.get("errors"), list):
        return None
    counts = (answer.get("numberOfSuccess"), answer.get("numberOfErrors"))
    return answer if all(isinstance(each, int) for each in counts) else None


def _mapped(reply: Reply) -> Answer | None:
    """The answer that an institution's own form says."""
    assert isinstance(reply.form, AnswerMapping)
    try:
        report = read_report(reply.body, reply.form)
    except Refused:
        return None
    errors = [{"userId": user_id, "errorInfo": text} for user_id, text in report.errors]
    return {
        "numberOfSuccess": report.successes or 0,
        "numberOfErrors": report.failures or 0,
        "errors": errors,
    }


def written(answer: Answer, reply: Reply) -> bytes:
    """The body of an answer in the form of the reply that it replaces."""
    if not isinstance(reply.form, AnswerMapping):
        return encode_json(answer)
    errors = [(each.get("userId"), each.get("errorInfo")) for each in answer["errors"]]
    report = Report(answer["numberOfSuccess"], answer["numberOfErrors"], errors)
    return write_report(report, reply.form)


def with_error(answer: Answer, error: Any) -> Answer:
    """The answer with one error more, and one success less if it has any."""
    return answer | {
        "numberOfSuccess": max(0, answer["numberOfSuccess"] - 1),
        "numberOfErrors": answer["numberOfErrors"] + 1,
        "errors": [*answer["errors"], error],
    }


def without_user(error: Any) -> Any:
    """The error without its userId."""
    if not isinstance(error, dict):
        return error
    return {key: value for key, value in error.items() if key != "userId"}


def is_about(error: Any, user: UserId) -> bool:
    """Whether this error names that userId, as a number or as text."""
    return isinstance(error, dict) and str(error.get("userId")) == str(user)
