"""Chromium without a window, spoken to over a pair of pipes (--remote-debugging-pipe): each message
is JSON that ends with a NUL. No driver is needed, so none is installed.

The DevTools protocol: https://chromedevtools.github.io/devtools-protocol/"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


class Browser:
    """`with Browser() as browser: page = browser.page()`"""

    def __init__(self, wait_s=60):
        self.wait_s = wait_s
        self.profile = tempfile.mkdtemp(prefix="antidotary-chromium-")
        to_browser, self.to = os.pipe()
        self.back, from_browser = os.pipe()
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                 "--hide-scrollbars", "--no-first-run", "--disable-background-networking",
                 "--disable-component-update", "--force-color-profile=srgb",
                 f"--user-data-dir={self.profile}", "--remote-debugging-pipe", "about:blank"]
        # The browser reads from descriptor 3 and writes to 4; a shell puts them there.
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec chromium "$@" 3<&{to_browser} 4>&{from_browser}', "sh", *flags],
            pass_fds=(to_browser, from_browser), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.number, self.buffer, self.events = 0, b"", []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(self.wait_s)
        os.close(self.to)
        os.close(self.back)
        shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self, end):
        while b"\0" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.back], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            piece = os.read(self.back, 1 << 16)
            if not piece:
                raise ConnectionError("the browser has ended")
            self.buffer += piece
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        end = time.monotonic() + self.wait_s
        while True:
            answer = self.receive(end)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def wait_for(self, method, session):
        end = time.monotonic() + self.wait_s
        while True:
            for event in self.events:
                if event["method"] == method and event.get("sessionId") == session:
                    return event
            answer = self.receive(end)
            if "method" in answer:
                self.events.append(answer)

    def page(self):
        return Page(self)


class Page:
    """One tab. What the console or the network complains of is in `complaints`."""

    def __init__(self, browser):
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target,
                                    flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def look(self, width, height=900, scheme="light", script=True):
        """How it is looked at: CSS pixels, `light` or `dark`, with or without JavaScript."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 500)
        self.call("Emulation.setEmulatedMedia", media="screen",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Emulation.setScriptExecutionDisabled", value=not script)

    def open(self, address):
        self.browser.events.clear()
        failed = self.call("Page.navigate", url=address).get("errorText")
        if failed:
            raise RuntimeError(f"{address}: {failed}")
        self.browser.wait_for("Page.loadEventFired", self.session)

    def run(self, expression):
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True,
                           returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def wait_until(self, expression):
        end = time.monotonic() + self.browser.wait_s
        while time.monotonic() < end:
            try:
                if self.run(expression):
                    return
            except RuntimeError:  # between two pages
                pass
            time.sleep(0.05)
        raise TimeoutError(f"never came true: {expression}")

    def complaints(self):
        """Errors and warnings since the page was opened."""
        self.run("0")  # whatever was said before has come by then
        out = []
        for event in self.browser.events:
            body = event.get("params", {})
            if event["method"] == "Runtime.exceptionThrown":
                out.append(json.dumps(body["exceptionDetails"])[:500])
            elif event["method"] == "Log.entryAdded":
                out.append(f"{body['entry']['level']}: {body['entry']['text']}")
            elif event["method"] == "Runtime.consoleAPICalled":
                if body["type"] in ("error", "warning", "assert"):
                    out.append(json.dumps(body["args"])[:500])
            elif event["method"] == "Network.loadingFailed":
                out.append(f"not loaded: {body.get('errorText')}")
        return out

    def requests(self):
        """Every address that was asked for since the page was opened."""
        return [event["params"]["request"]["url"] for event in self.browser.events
                if event["method"] == "Network.requestWillBeSent"]

    def picture(self, path):
        """The whole page as PNG."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(data["data"]))
