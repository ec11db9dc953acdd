"""Measure the OneRoster provider, as ratios.

Writing: the rate of PUTs of one result over HTTP, with a token and Skyward's rules, divided by the
rate of a bare aiohttp handler that reads the same body as JSON. The aim is at least 0.6. Each
server is a separate process on 127.0.0.1. One client sends requests to both in turns, over
connections that stay open. The rate is computed from the processor time that the server takes for
each request: it does not include the client, and is stable on a busy machine, unlike elapsed time.
Both servers run on one processor and the client on another, if the system allows that. The result
is the median of the ratios of the turns.

Listing: the time for a page out of 1,000,000 results, divided by the time for a page out of 1,000.
The aim is about 1, because no request may visit results that it does not show. It is measured in
one class and in a thousand; for the first, a middle and the last page; and with each filter that
clients use.
"""

from __future__ import annotations

import gc
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import count, cycle, product
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psutil
from sides import in_turns

from mock_sis.clock import Clock, iso
from mock_sis.dialects.oneroster.routes import SCOPE
from mock_sis.exchange import Call, Reply
from mock_sis.gradebook.coursework.values import Grade, by_place
from mock_sis.simulator import Simulator

G = "/ims/oneroster/gradebook/v1p2"
NOW = 1_700_000_000.0

# Writing

AIM = 0.6
TURNS, REQUESTS, CONNECTIONS = 11, 2000, 8
STUDENTS, ITEMS = 500, 50
BARE = """
import socket
import orjson
from aiohttp import web

async def answer(request):
    orjson.loads(await request.read())
    return web.Response(body=b"{}", content_type="application/json")

listener = socket.create_server(("127.0.0.1", 0))
print("ready http://127.0.0.1:%d" % listener.getsockname()[1], flush=True)
app = web.Application()
app.router.add_put("/{path:.*}", answer)
web.run_app(app, sock=listener, print=None, access_log=None)
"""
CLIENT = {"client_id": "lms", "client_secret": "secret", "scope": f"{SCOPE}gradebook.createput"}


def writable() -> dict[str, Any]:
    """A seed document with a class to which a client with a token can write results."""
    return {
        "oneroster": {"auth": {"type": "oauth2", **CLIENT}},
        "people": [
            {"id": n, "given_name": "Åsa", "family_name": f"O'Neill {n}"} for n in range(STUDENTS)
        ],
        "grading_periods": [{"id": 1, "title": "Q1", "start": "2026-01-01", "end": "2026-12-31"}],
        "sections": [
            {
                "id": "alg-1",
                "title": "Algebra",
                "integration": True,
                "pass_back": True,
                "periods": [{"id": 1}],
                "categories": [{"id": 1, "title": "Homework"}],
                "enrollments": [{"person": n} for n in range(STUDENTS)],
            }
        ],
    }


def line_item(number: int) -> dict[str, Any]:
    return {
        "sourcedId": f"item-{number}",
        "title": "Essay",
        "assignDate": "2026-01-01T00:00:00Z",
        "dueDate": "2026-01-20T00:00:00Z",
        "class": {"sourcedId": "alg-1"},
        "school": {"sourcedId": "school-1"},
        "category": {"sourcedId": "cat-alg-1-1"},
        "gradingPeriod": {"sourcedId": "1"},
        "resultValueMax": 20,
    }


def result(name: str, item: int, student: int) -> dict[str, Any]:
    """The body of a result, as clients send it."""
    base = "https://lms.example/ims/oneroster/v1p2"
    named = {
        "lineItem": (f"item-{item}", "lineItems"),
        "student": (f"{student}", "users"),
        "class": ("alg-1", "classes"),
    }
    kinds = {"student": "user"}
    return {
        "sourcedId": name,
        "status": "active",
        "dateLastModified": iso(NOW + 60 * item + student),
        **{
            field: {
                "href": f"{base}/{collection}/{each}",
                "sourcedId": each,
                "type": kinds.get(field, field),
            }
            for field, (each, collection) in named.items()
        },
        "scoreStatus": "fully graded",
        "score": (item + student) % 21,
        "scoreDate": "2026-01-21",
        "comment": "Well argued",
    }


@contextmanager
def started(*command: str) -> Iterator[tuple[psutil.Process, str]]:
    """Run a server as a separate process during the block, and yield it with its URL."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, *command], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().removeprefix("ready ").strip()
            yield psutil.Process(process.pid), url
        finally:
            process.terminate()


def ask(url: str, method: str, body: bytes, kind: str, token: str = "") -> Any:
    """The decoded answer to one request."""
    headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {token}"} if token else {})
    asked = urllib.request.Request(url, body, headers, method=method)  # noqa: S310
    with urllib.request.urlopen(asked) as answer:  # noqa: S310
        data = answer.read()
        return json.loads(data) if data else None


def prepared(url: str) -> str:
    """Create the line items on a server, and return a token for it."""
    form = urlencode({"grant_type": "client_credentials", **CLIENT}).encode()
    issued = ask(f"{url}/oauth/token", "POST", form, "application/x-www-form-urlencoded")
    token: str = issued["access_token"]
    for number in range(ITEMS):
        body = json.dumps({"lineItem": line_item(number)}).encode()
        target = f"{url}{G}/lineItems/item-{number}"
        ask(target, "PUT", body, "application/json", token)
    return token


def put(token: str, name: str, item: int, student: int) -> bytes:
    """The bytes of a PUT of a result."""
    body = json.dumps({"result": result(name, item, student)}).encode()
    head = (
        f"PUT {G}/results/{quote(name, safe='')} HTTP/1.1",
        "Host: sis.example",
        "User-Agent: benchmark",
        "Accept: application/json",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"Authorization: Bearer {token}",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class Client:
    """Connections to one server, each with at most one open request."""

    def __init__(self, server: tuple[psutil.Process, str], success: bytes) -> None:
        self._process, url = server
        place = ("127.0.0.1", int(url.rpartition(":")[2]))
        self._connections = [socket.create_connection(place) for _ in range(CONNECTIONS)]
        self._success = success

    def seconds(self, requests: list[bytes]) -> float:
        """The processor time that the server takes for one of these requests, on average."""
        before = self._process.cpu_times()
        for start in range(0, len(requests), CONNECTIONS):
            busy = [*zip(self._connections, requests[start : start + CONNECTIONS], strict=False)]
            for connection, request in busy:
                connection.sendall(request)
            for connection, _ in busy:
                answer = connection.recv(2**16)
                assert answer.startswith(self._success), answer
        after = self._process.cpu_times()
        return (after.user + after.system - before.user - before.system) / len(requests)


def settle_processors(*servers: psutil.Process) -> None:
    """Run the servers on one processor, and this process on others if the machine has them."""
    if not hasattr(psutil.Process, "cpu_affinity"):
        return
    first, *others = psutil.Process().cpu_affinity()
    for server in servers:
        server.cpu_affinity([first])
    if others:
        psutil.Process().cpu_affinity(others)


def writes() -> Iterator[bool]:
    """Print the rate of each PUT divided by the bare handler's; yield whether it meets the aim."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        seed = Path(folder) / "seed.json"
        seed.write_text(json.dumps(writable()))
        ours = stack.enter_context(
            started("-m", "mock_sis", "serve", "--port", "0", "--seed", str(seed))
        )
        bare = stack.enter_context(started("-c", BARE))
        settle_processors(ours[0], bare[0])
        token = prepared(ours[1])
        again = cycle(put(token, f"r-{n}", 0, n) for n in range(STUDENTS))
        places = product(range(1, ITEMS), range(STUDENTS))
        anew = (put(token, f"r-{item}-{n}", item, n) for item, n in places)
        kinds = {"an existing result": again, "a new result": anew}
        clients = Client(bare, b"HTTP/1.1 200 "), Client(ours, b"HTTP/1.1 201 ")
        for client, _ in product(clients, range(2)):  # not measured: warms both up
            client.seconds([next(again) for _ in range(REQUESTS)])
        for name, kind in kinds.items():
            turns = [[next(kind) for _ in range(REQUESTS)] for _ in range(TURNS)]
            pairs = [tuple(client.seconds(turn) for client in clients) for turn in turns]
            ratio = statistics.median(theirs / mine for theirs, mine in pairs)
            took = statistics.median(mine for _, mine in pairs)
            print(
                f"PUT {name:24} {ratio:5.2f} times the bare rate (at least {AIM}), {1 / took:.0f}/s"
            )
            yield ratio >= AIM


# Listing

MANY, FEW = 1_000_000, 1000
SPREAD = 997
"""The number of different times at which results were last changed: a prime number, so that results
of one time belong to many line items and students."""


def gradebook(classes: int, students: int, items: int) -> Simulator:
    """Classes in which every student has a result for every line item."""
    made = Simulator(clock=Clock("virtual", NOW), journal_entries=8)
    people = [range(1 + n * students, 1 + (n + 1) * students) for n in range(classes)]
    titled = [range(1 + n * items, 1 + (n + 1) * items) for n in range(classes)]
    sections = [
        {
            "id": f"c-{n}",
            "title": "Class",
            "enrollments": [{"person": each, "id": each} for each in people[n]],
            "assignments": [{"id": each, "title": ""} for each in titled[n]],
        }
        for n in range(classes)
    ]
    everybody = [
        {"id": n, "given_name": "Åsa", "family_name": f"{n}"} for each in people for n in each
    ]
    made.load({"people": everybody, "sections": sections})
    turn = count()
    for n in range(classes):
        grades = [
            Grade(item, student, 80.0, NOW - next(turn) % SPREAD, "benchmark")
            for item in titled[n]
            for student in people[n]
        ]
        made.world.gradebook.put_grades(f"c-{n}", by_place(grades))
    return made


SHAPES: dict[str, tuple[tuple[int, int, int], dict[bool, tuple[int, int, int]]]] = {
    "in one class": ((1, 1000, 1000), {False: (1, 1000, 1), True: (1, 1, 1000)}),
    "in 1,000 classes": ((1000, 25, 40), {False: (1, 25, 40), True: (1, 25, 40)}),
}
"""Classes, students per class and line items per class, for MANY results and for FEW. For lists of
one student, all FEW results are that student's, so that both pages show equally many rows."""

SINCE = f"dateLastModified>='{iso(NOW - SPREAD / 2)}'"
PAGES: dict[str, tuple[str, str, bool]] = {
    "everything": ("", "", False),
    "the middle of it": ("", "offset=MIDDLE", False),
    "its last page": ("", "offset=LAST", False),
    "by sourcedId": ("", "sourcedId='res-c-0-1-1'", False),
    "below a class": ("/classes/c-0", "", False),
    "by class": ("", "class.sourcedId='c-0'", False),
    "below a line item": ("/classes/c-0/lineItems/li-c-0-1", "", False),
    "by line item": ("", "lineItem.sourcedId='li-c-0-1'", False),
    "below a student": ("/classes/c-0/students/1", "", True),
    "by student": ("", "student.sourcedId='1'", True),
    "by class and student": ("", "class.sourcedId='c-0' AND student.sourcedId='1'", True),
    "by item and student": ("", "lineItem.sourcedId='li-c-0-1' AND student.sourcedId='1'", False),
    "changed since": ("", SINCE, False),
    "… in a class": ("", f"class.sourcedId='c-0' AND {SINCE}", False),
    "… on a line item": ("", f"lineItem.sourcedId='li-c-0-1' AND {SINCE}", False),
    "… of a student": ("", f"student.sourcedId='1' AND {SINCE}", True),
    "between two times": ("", f"{SINCE} AND dateLastModified<'{iso(NOW)}'", False),
}
"""Name -> path before `/results`, filter, and whether the results are those of one student."""


def page(asked: str, narrowed: str, results: int) -> Call:
    """The request for a page out of that many results."""
    if narrowed.startswith("offset="):
        offset = {"MIDDLE": results // 2, "LAST": results - 100}[narrowed.partition("=")[2]]
        query = f"offset={offset}"
    else:
        query = f"filter={quote(narrowed)}" if narrowed else ""
    return Call("GET", f"{G}{asked}/results?limit=100&{query}", received=NOW)


def shown(simulator: Simulator, call: Call) -> int:
    """The number of results on a page, from one answer that is not measured."""
    reply = simulator.answer(call)
    assert isinstance(reply, Reply)
    assert reply.status == 200, reply.body
    rows = len(json.loads(reply.body)["results"])
    assert rows == min(100, int(reply.header("X-Total-Count") or 0)) > 0
    return rows


def listings() -> Iterator[bool]:
    """Print the time for a page of many results divided by that of few; yield whether it is about
    1."""
    for shape, (large, small) in SHAPES.items():
        many, few = gradebook(*large), {dims: gradebook(*dims) for dims in set(small.values())}
        gc.collect()
        gc.freeze()  # or every garbage collection would visit a million results
        for name, (asked, narrowed, alone) in PAGES.items():
            sides = (
                (many, page(asked, narrowed, MANY)),
                (few[small[alone]], page(asked, narrowed, FEW)),
            )
            rows = {shown(*side) for side in sides}
            assert len(rows) == 1, rows
            ours, other = (partial(simulator.answer, call) for simulator, call in sides)
            ratio, took = in_turns(ours, other)
            listed = f"GET {shape}, {name}"
            print(f"{listed:42} {ratio:5.2f} times that of 1,000 (about 1), {took * 1e3:.2f} ms")
            yield ratio <= 1.3
        gc.unfreeze()
        del many, few, sides, ours, other


def main() -> int:
    """Print all ratios. Return 1 if one misses its aim, else 0."""
    return 0 if all([*writes(), *listings()]) else 1


if __name__ == "__main__":
    sys.exit(main())
