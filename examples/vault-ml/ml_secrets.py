"""The credentials of a training job, out of Bulkhead (or any server that speaks Vault's API) through hvac.

The job logs in as a machine: its AppRole's role id comes from the environment, the secret id from a file that only its user can
read. It reads two keys from KV version 2, takes AWS credentials that end by themselves, and writes a new version when a key is rotated.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

import hvac

MOUNT = "secret"


class NotPrivate(Exception):
    """A file with a secret in it that others could read."""


@dataclass(frozen=True)
class AwsSession:
    """Keys for `boto3.Session(**session.arguments())`; the secrets are left out when it is printed."""

    access_key: str
    secret_key: str = field(repr=False)
    security_token: str = field(repr=False)
    seconds: int

    def arguments(self):
        return {
            "aws_access_key_id": self.access_key,
            "aws_secret_access_key": self.secret_key,
            "aws_session_token": self.security_token,
        }


def read_private(path):
    """The text of a file that is its user's alone. The file that is checked is the file that is read: it is opened once."""
    handle = os.open(Path(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(handle, encoding="utf-8") as source:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise NotPrivate(f"{path} is no file")
        if facts.st_uid != os.geteuid():
            raise NotPrivate(f"{path} belongs to another user")
        if facts.st_mode & 0o077:
            raise NotPrivate(f"{path} can be used by others: chmod 600 it, and ask for a new secret id")
        return source.read().strip()


class MlSecrets:
    """One login; use it as a context manager, and the token is gone at the end."""

    def __init__(self, address=None, role_id=None, secret_id_file=None):
        self._client = hvac.Client(url=address or os.environ["VAULT_ADDR"])
        self._client.auth.approle.login(
            role_id=role_id or os.environ["ML_ROLE_ID"],
            secret_id=read_private(secret_id_file or os.environ["ML_SECRET_ID_FILE"]),
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends the token, and with it what was leased by it."""
        self._client.auth.token.revoke_self()

    def _field(self, path, name):
        answer = self._client.secrets.kv.v2.read_secret_version(
            path=path, mount_point=MOUNT, raise_on_deleted_version=True
        )
        return answer["data"]["data"][name]

    def openai_key(self):
        return self._field("ml/openai", "api_key")

    def huggingface_token(self):
        return self._field("ml/huggingface", "token")

    def aws(self, role="ml-training", minutes=15):
        """Keys of an assumed role. They end at their time: nothing can end them earlier, so ask for as little as the job needs."""
        answer = self._client.secrets.aws.generate_credentials(name=role, endpoint="sts", ttl=f"{minutes}m")
        data = answer["data"]
        return AwsSession(data["access_key"], data["secret_key"], data["security_token"], answer["lease_duration"])

    def rotate(self, path, name, value):
        """Writes the next version with this field changed. Fails when somebody else was faster: read again, then decide."""
        now = self._client.secrets.kv.v2.read_secret_version(path=path, mount_point=MOUNT, raise_on_deleted_version=True)
        answer = self._client.secrets.kv.v2.create_or_update_secret(
            path=path,
            mount_point=MOUNT,
            secret={**now["data"]["data"], name: value},
            cas=now["data"]["metadata"]["version"],
        )
        return answer["data"]["version"]


def main():
    with MlSecrets() as secrets:
        session = secrets.aws()
        print(f"openai key of {len(secrets.openai_key())} characters")
        print(f"huggingface token of {len(secrets.huggingface_token())} characters")
        print(f"aws session {session.access_key} for {session.seconds} seconds")


if __name__ == "__main__":
    main()
