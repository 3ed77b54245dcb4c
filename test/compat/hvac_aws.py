"""What a team does with hvac's aws module, unmodified: the calls of its documentation. Prints `ok NAME` lines."""

import json
import os

import hvac
from checks import check, refused
from hvac import exceptions

client = hvac.Client(url=os.environ["VAULT_ADDR"], token=os.environ["ROOT_TOKEN"])
aws = client.secrets.aws
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}],
}

client.sys.enable_secrets_engine("aws")
configured = aws.configure_root_iam_credentials(
    access_key=os.environ["AWS_KEY"],
    secret_key=os.environ["AWS_SECRET"],
    region="us-east-1",
    iam_endpoint=os.environ["AWS_ENDPOINT"],
    sts_endpoint=os.environ["AWS_ENDPOINT"],
    max_retries=2,
)
check("configure", configured.status_code == 204)
check("lease", aws.configure_lease(lease="60s", lease_max="5m").status_code == 204)
check("read lease", aws.read_lease_config()["data"] == {"lease": "1m0s", "lease_max": "5m0s"})
rotated = aws.rotate_root_iam_credentials()
check("rotate root", rotated["data"]["access_key"] != os.environ["AWS_KEY"], rotated["data"])

created = aws.create_or_update_role(name="hvac-role", credential_type="iam_user", policy_document=POLICY)
check("create role", created.status_code == 204)
role = aws.read_role(name="hvac-role")["data"]
check("read role", role["credential_type"] == "iam_user" and json.loads(role["policy_document"]) == POLICY, role)
check("list", aws.list_roles()["data"]["keys"] == ["hvac-role"])
made = aws.generate_credentials(name="hvac-role")
check("generate", made["data"]["access_key"] and made["data"]["secret_key"], sorted(made["data"]))
check("no session", made["data"]["security_token"] is None and made["lease_duration"] == 60)
check("renew", client.sys.renew_lease(lease_id=made["lease_id"], increment=120)["lease_duration"] == 120)
client.sys.revoke_lease(lease_id=made["lease_id"])
check("revoke", True)

aws.create_or_update_role(
    name="assumed",
    credential_type="assumed_role",
    role_arns=[os.environ["AWS_ROLE"]],
    default_sts_ttl=900,
    max_sts_ttl=3600,
)
session = aws.generate_credentials(name="assumed", endpoint="sts", ttl="20m", role_session_name="hvac")
check("assume", session["data"]["security_token"] and session["lease_duration"] <= 1200, session["lease_duration"])
aws.create_or_update_role(name="federated", credential_type="federation_token", policy_document=POLICY)
check("federation", aws.generate_credentials(name="federated", endpoint="sts")["data"]["security_token"])
refused("no type", exceptions.InvalidRequest, "credential_type", lambda: client.write("aws/roles/x", policy_document="{}"))
refused("unknown", exceptions.InvalidRequest, "not found", lambda: aws.generate_credentials(name="none"))
aws.delete_role(name="hvac-role")
refused("deleted", exceptions.InvalidPath, "", lambda: aws.read_role(name="hvac-role"))
client.sys.disable_secrets_engine("aws")
print("done")
