"""Small adapters that say in their docstring how they are right or wrong.

Run as a program, `python miniatures.py NAME` speaks JSON lines; each class can also be named as
`python:helpers.suite.miniatures:NAME`. They import the standard library only, so that starting one
is cheap.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

Message = dict[str, Any]


def asked(request: Request | str) -> Any:
    """The reply; an error is one too, and is closed, since nobody reads it."""
    try:
        return urlopen(request)
    except HTTPError as refused:
        refused.close()
        raise


class Honest:
    """Exports once, and only what may be exported."""

    features = ("sync", "period", "work.inspect", "clock.virtual")

    def handle(self, message: Message) -> Message:
        answer = getattr(self, message["op"])(message) or {}
        return {"id": message["id"], "status": "ok", **answer}

    def hello(self, message: Message) -> Message:
        return {
            "protocol": 1,
            "exporter": {"name": type(self).__name__, "version": "1"},
            "dialects": ["wiseflow"],
            "features": list(self.features),
        }

    def configure(self, message: Message) -> None:
        self.url = message["sis_url"]
        self.now = datetime.fromisoformat(message["clock"]["now"])
        self.state_of_flow = "not_exported"

    def load(self, message: Message) -> None:
        self.flow = message["flow"]

    def sync(self, message: Message) -> Message:
        with asked(self.flow_url()) as reply:
            return {"synchronised": reply.status == 200}

    def export(self, message: Message) -> Message:
        if not self.may_export():
            return {"accepted": False, "message": "It was exported already."}
        self.send()
        return {"accepted": True}

    def may_export(self) -> bool:
        return self.state_of_flow == "not_exported"

    def send(self) -> None:
        body = json.dumps({"participants": [self.row(each) for each in self.ready()]})
        kind = {"Content-Type": "application/json"}
        request = Request(f"{self.flow_url()}/grades", body.encode(), kind, method="POST")
        try:
            with asked(request) as reply:
                clean = json.load(reply)["numberOfErrors"] == 0
        except HTTPError:
            clean = False
        self.state_of_flow = "exported" if clean else "failed"

    def ready(self) -> list[Message]:
        return [each for each in self.flow["participants"] if each["assessments"]]

    def row(self, participant: Message) -> Message:
        return {"userId": participant["user_id"], "mark": participant["assessments"][0]["grade"]}

    def flow_url(self) -> str:
        return f"{self.url}/flows/{quote(self.flow['sis_code'], safe='')}"

    def settle(self, message: Message) -> Message:
        return {"pending": []}

    def advance(self, message: Message) -> Message:
        self.now += timedelta(seconds=message["seconds"])
        return {"now": self.now.isoformat()}

    def state(self, message: Message) -> Message:
        ready = {each["user_id"] for each in self.ready()}
        people = [each["user_id"] for each in self.flow["participants"]]
        state = self.state_of_flow
        return {
            "flow": state,
            "participants": [
                {"user_id": name, "state": state if name in ready else "not_exported"}
                for name in people
            ],
        }

    def act(self, message: Message) -> Message:
        return {"done": True}

    def bye(self, message: Message) -> None:
        pass


class Straying(Honest):
    """Changes the current directory of its process."""

    def load(self, message: Message) -> None:
        super().load(message)
        if Path("elsewhere").is_dir():
            os.chdir("elsewhere")


class Eager(Honest):
    """Sends again at every press of the button."""

    def may_export(self) -> bool:
        return True


class Idle(Honest):
    """Says it exported and sends nothing."""

    def send(self) -> None:
        self.state_of_flow = "exported"


class Confident(Honest):
    """Takes any 200 for a success and does not read it."""

    def send(self) -> None:
        body = json.dumps({"participants": [self.row(each) for each in self.ready()]})
        kind = {"Content-Type": "application/json"}
        with asked(Request(f"{self.flow_url()}/grades", body.encode(), kind, method="POST")):
            self.state_of_flow = "exported"


class Blind(Eager):
    """Has neither a virtual clock nor a way to look at its work; sends again at every press."""

    features = ("sync", "period")


class Core(Honest):
    """Declares no feature at all."""

    features = ()


class Unwilling(Honest):
    """Declares sync and then says that it does not support it."""

    def handle(self, message: Message) -> Message:
        if message["op"] != "sync":
            return super().handle(message)
        reason = "the test system has no SIS source"
        return {"id": message["id"], "status": "unsupported", "reason": reason}


class Excused(Honest):
    """Answers load, which is core, with unsupported."""

    def load(self, message: Message) -> Message:
        return {"status": "unsupported", "reason": "no flows here"}


class Confessing(Honest):
    """Answers load with an error."""

    def load(self, message: Message) -> Message:
        return {"status": "error", "message": "the database is away"}


class Raising(Honest):
    """Raises in load."""

    def load(self, message: Message) -> Message:
        raise RuntimeError("no room")


class Leaving(Honest):
    """Ends the program in load, as if all were well."""

    def load(self, message: Message) -> Message:
        sys.exit(0)


class Unsayable(Honest):
    """Answers load with what JSON cannot say."""

    def load(self, message: Message) -> Message:
        return {"message": b"bytes"}


class Circular(Honest):
    """Answers load with an object that holds itself."""

    def load(self, message: Message) -> Message:
        answer: Message = {}
        answer["inner"] = answer
        return answer


class Garish(Honest):
    """Has a name that rings, and turns the writing round."""

    def hello(self, message: Message) -> Message:
        return {**super().hello(message), "exporter": {"name": "a\x07b\u202ec", "version": "1"}}


class Listing(Honest):
    """Answers load with a list."""

    def handle(self, message: Message) -> Any:
        return [1, 2] if message["op"] == "load" else super().handle(message)


class OffSchema(Honest):
    """Answers export with a text where the schema has a boolean."""

    def export(self, message: Message) -> Message:
        return {"accepted": "yes"}


class Effusive(Honest):
    """Answers bye with words that nobody asked for."""

    def bye(self, message: Message) -> Any:
        return {"farewell": "so long"}


class OutOfTurn(Honest):
    """Answers load with the id of the message before."""

    def load(self, message: Message) -> Message:
        return {"id": message["id"] - 1}


class Rude:
    """How a line comes out of the program; those below get it wrong at load."""

    adapter: type[Honest] = Honest

    def answer(self, line: bytes, op: str) -> None:
        if op == "load":
            self.misbehave(line)
        else:
            self.write(line)

    def misbehave(self, line: bytes) -> None:
        self.write(line)

    def write(self, line: bytes) -> None:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()

    def end(self) -> None:
        pass


class Rubbish(Rude):
    """Prints a log line on stdout."""

    def misbehave(self, line: bytes) -> None:
        self.write(b"INFO loading the flow...\n" + line)


class Dying(Rude):
    """Exits in the middle, with a last word on stderr."""

    def misbehave(self, line: bytes) -> None:
        print("KeyError: 'flow'", file=sys.stderr, flush=True)
        os._exit(7)


def stay() -> None:
    """Do nothing until killed. The alarm ends what a failing test leaves behind."""
    signal.alarm(600)
    signal.pause()


class Hanging(Rude):
    """Never answers, and starts a child that would outlive it. Both keep the file LIFELINE of the
    environment open; the child writes a line to it."""

    child = "import signal; signal.alarm(600); print('running', flush=True); signal.pause()"

    def misbehave(self, line: bytes) -> None:
        print("hanging", file=sys.stderr, flush=True)
        with Path(os.environ.get("LIFELINE", os.devnull)).open("wb") as lifeline:
            subprocess.Popen([sys.executable, "-S", "-c", self.child], stdout=lifeline)
            stay()


class Deaf(Rude):
    """Closes its stdout and stays."""

    def misbehave(self, line: bytes) -> None:
        os.close(1)
        stay()


class Twice(Rude):
    """Answers twice."""

    def misbehave(self, line: bytes) -> None:
        self.write(line + line)


class Endless(Rude):
    """Forgets the line feed at the end, and waits."""

    def misbehave(self, line: bytes) -> None:
        self.write(line.rstrip())
        stay()


class Huge(Rude):
    """Answers with a line of 10 MB."""

    def misbehave(self, line: bytes) -> None:
        self.write(b'{"id": 3, "status": "ok", "padding": "' + b"x" * 10_000_000 + b'"}\n')


class Deep(Rude):
    """Answers with more brackets than anybody reads."""

    def misbehave(self, line: bytes) -> None:
        self.write(b'{"id": 3, "status": "ok", "x": ' + b"[" * 900 + b"]" * 900 + b"}\n")


class Latin(Rude):
    """Answers in Latin-1."""

    def misbehave(self, line: bytes) -> None:
        self.write('{"id": 3, "status": "ok", "message": "Åsa"}\n'.encode("latin-1"))


class Blank(Rude):
    """Prints empty lines between its answers, which is tolerated."""

    def answer(self, line: bytes, op: str) -> None:
        self.write(b"\n" + line + b"\r\n")


class Chatty(Rude):
    """Writes to stderr what it was asked for, in good order."""

    def answer(self, line: bytes, op: str) -> None:
        print(op, file=sys.stderr, flush=True)
        self.write(line)


class Noisy(Rude):
    """Answers bye, makes a noise on stderr and exits with a code."""

    def end(self) -> None:
        print("Exception ignored in shutdown", file=sys.stderr, flush=True)
        os._exit(9)


class Lingering(Rude):
    """Answers bye and stays."""

    def end(self) -> None:
        stay()


class Plain(Rude):
    """Behaves."""


def main(name: str) -> None:
    """Speak as the class of that name until bye."""
    found = globals()[name]
    manners = found() if issubclass(found, Rude) else Plain()
    adapter = manners.adapter() if issubclass(found, Rude) else found()
    for line in sys.stdin:
        message = json.loads(line)
        manners.answer(json.dumps(adapter.handle(message)).encode() + b"\n", message["op"])
        if message["op"] == "bye":
            manners.end()
            return


if __name__ == "__main__":
    main(sys.argv[1])
