"""Locust users, each of which sends exports as an exam system does for one manager."""

from __future__ import annotations

from itertools import count
from typing import Any
from urllib.parse import quote

import orjson
from locust import FastHttpUser, constant, task
from locust.exception import StopTest

from loadtests.exports import export_body, failure_reason

EXPORT = "export"
"""The name of exports in the statistics."""


class BulkExporter(FastHttpUser):
    """Send the same bulk export again and again, each as soon as the last one is answered.

    Each user chooses another flow, if there are enough, fetches its participants and prepares the
    body once, so that the measured time is the receiver's. It uses only routes of the receiver's
    interface, and therefore works with a real receiver as well as with the simulator.
    """

    wait_time = constant(0)
    network_timeout = 60.0
    connection_timeout = 10.0
    turns = count()
    """Shared by all users: the index of the next user's flow."""

    def on_start(self) -> None:
        options = self.environment.parsed_options
        self.size: int = options.size
        self.headers = {"Content-Type": "application/json"}
        if options.authorization:
            self.headers["Authorization"] = options.authorization
        flows = self.fetch(f"{options.base_path}/flows", "list flows")
        if not flows:
            raise StopTest(f"GET {options.base_path}/flows gave an empty list of flows")
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
        """The JSON at a path. Ends the run if the answer is not 200."""
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
            problem = failure_reason(reply.status_code, reply.content or b"", self.size)
            if problem:
                reply.failure(problem)
