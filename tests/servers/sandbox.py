"""`dsolint sandbox` in a thread of the test, on a free port of 127.0.0.1."""

import base64
import json
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager

from dsolint.sandbox.server import Server, Settings

USER, PASSWORD = "jürgen", "pass:wörd"


class Client:
    """What a test asks the sandbox, apart from what it tests."""

    def __init__(self, url, user=USER, password=PASSWORD):
        self.url = url
        self._authorization = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def ask(self, path, body=None, method=None, **headers):
        """The status, the body and the headers of an answer."""
        headers = {"Authorization": self._authorization} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(), error.headers

    def post(self, path, text, **headers):
        """What the import answers to a file."""
        body = text if isinstance(text, bytes) else text.encode()
        return json.loads(self.ask(path, body, Content_Type="text/csv", **headers)[1])

    def state(self):
        return json.loads(self.ask("/sandbox/state")[1])

    def records(self, type):
        return json.loads(self.ask(f"/sandbox/records/{type}")[1])

    def set_faults(self, *faults):
        """Faults as the command line has them would do as well; JSON says more plainly what is meant."""
        body = json.dumps(faults).encode()
        status, answer, _ = self.ask("/sandbox/faults", body, "PUT", Content_Type="application/json")
        assert status == 200, answer

    def empty(self):
        self.ask("/sandbox/records", method="DELETE")
        self.set_faults()


@contextmanager
def sandbox(**settings):
    """A Client of a sandbox that runs for as long as the block; `told` has what it said of each import."""
    ready, told = threading.Event(), []
    server = Server(
        Settings(**{"user": USER, "password": PASSWORD, "port": 0, **settings}), ready=ready.set, notify=told.append
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert ready.wait(20)
        client = Client(server.url)
        client.told = told
        yield client
    finally:
        server.stop()
        thread.join()
