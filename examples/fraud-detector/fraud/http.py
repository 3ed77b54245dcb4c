"""HTTP for the stages: every failure ends the stage with one line a person can act on. A key never appears in it."""
import base64
import json
import sys
import urllib.error
import urllib.request

TIMEOUT = 10  # seconds


def stop(stage, message):
    """Ends the stage with exit code 1 and `stage: message` on standard error."""
    sys.stderr.write(f"{stage}: {message}\n")
    sys.exit(1)


def needed(stage, name, value):
    """The value of variable `name`, or the end of the stage when it is absent or empty."""
    if not value:
        stop(stage, f"{name} is not set; give this stage its value, or put it in .env")
    return value


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


def basic(user, key):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{key}".encode()).decode()}


def call(stage, variable, url, headers, body=None):
    """Bytes of the reply. `variable` names the key that `headers` carry, for the message when it is refused."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=dict(headers))
    if data is not None:
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as reply:
            return reply.read()
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in (401, 403):
            stop(stage, f"{variable} was refused ({error.code}) by {url}: it is wrong, expired or revoked")
        stop(stage, f"{url} answered {error.code}")
    except (urllib.error.URLError, OSError, ValueError) as error:
        stop(stage, f"{url} cannot be reached: {getattr(error, 'reason', error)}")
