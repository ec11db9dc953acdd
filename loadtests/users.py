"""Locust users: what one exam system does when its managers press export."""

from __future__ import annotations

from itertools import count
from typing import Any
from urllib.parse import quote

import orjson
from locust import FastHttpUser, constant, task
from locust.exception import StopTest

from loadtests.exports import complaint, export_body

EXPORT = "export"
"""What exports are called in the statistics."""


class BulkExporter(FastHttpUser):
    """Sends the same bulk export again and again, as fast as the answers come.

    Each user takes a flow of its own while there are enough, asks the receiver who is in it, and
    prepares the body once, so that the time measured is the receiver's. Needs nothing but the
    receiver's own routes: it runs against a real one as well as against the simulator.
    """

    wait_time = constant(0)
    network_timeout = 60.0
    connection_timeout = 10.0
    turns = count()
    """Shared by all users: the next one's place in the list of flows."""

    def on_start(self) -> None:
        options = self.environment.parsed_options
        self.size: int = options.size
        self.headers = {"Content-Type": "application/json"}
        if options.authorization:
            self.headers["Authorization"] = options.authorization
        flows = self.fetch(f"{options.base_path}/flows", "list flows")
        if not flows:
            raise StopTest("the receiver lists no flows")
        code = quote(flows[next(self.turns) % len(flows)]["sisCode"], safe="")
        flow = self.fetch(f"{options.base_path}/flows/{code}", "fetch flow")
        self.path = f"{options.base_path}/flows/{code}/grades"
        self.method: str = options.method
        try:
            self.body = export_body(flow, self.size, options.marks.split(","))
        except ValueError as error:
            raise StopTest(str(error)) from error
        self.export()  # also in a run that is over before all this is

    def fetch(self, path: str, name: str) -> Any:
        """The JSON at a path; ends the run where there is none."""
        with self.client.get(path, name=name, headers=self.headers, catch_response=True) as reply:
            if reply.status_code != 200:
                reply.failure(f"status {reply.status_code}")
                raise StopTest(f"GET {path} answered {reply.status_code}")
            return orjson.loads(reply.content or b"null")

    @task
    def export(self) -> None:
        with self.client.request(
            self.method,
            self.path,
            data=self.body,  # type: ignore[arg-type]  # bytes are sent as they are
            headers=self.headers,
            name=EXPORT,
            catch_response=True,
        ) as reply:
            problem = complaint(reply.status_code, reply.content or b"", self.size)
            if problem:
                reply.failure(problem)
