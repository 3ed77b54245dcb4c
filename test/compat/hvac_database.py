"""What a team does with hvac's database module, unmodified: the calls of its documentation. Prints `ok NAME` lines."""

import os

import hvac
from checks import check, refused
from hvac import exceptions

client = hvac.Client(url=os.environ["VAULT_ADDR"], token=os.environ["ROOT_TOKEN"])
database = client.secrets.database
CREATE = [
    "CREATE ROLE \"{{name}}\" WITH LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'",
    'GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO "{{name}}"',
]

client.sys.enable_secrets_engine("database")
configured = database.configure(
    name="db",
    plugin_name="postgresql-database-plugin",
    verify_connection=True,
    allowed_roles=["app", "standing"],
    root_rotation_statements=["ALTER ROLE \"{{username}}\" WITH PASSWORD '{{password}}'"],
    connection_url=os.environ["PG_URL"],
    username="vault",
    password=os.environ["PG_PASSWORD"],
    max_open_connections=3,
)
check("configure", configured.status_code == 204)
details = database.read_connection(name="db")["data"]
check("read connection", details["connection_details"]["username"] == "vault", details)
check("no password", os.environ["PG_PASSWORD"] not in str(details))
check("list connections", database.list_connections()["data"]["keys"] == ["db"])
refused(
    "wrong password",
    exceptions.InvalidRequest,
    "error verifying connection",
    lambda: database.configure(
        name="bad",
        plugin_name="postgresql-database-plugin",
        connection_url=os.environ["PG_URL"],
        username="vault",
        password="wrong",
    ),
)
check("reset", database.reset_connection(name="db").status_code == 204)

database.create_role(name="app", db_name="db", creation_statements=CREATE, default_ttl="1h", max_ttl="24h")
role = database.read_role(name="app")["data"]
check("read role", role["creation_statements"] == CREATE and role["default_ttl"] == 3600, role)
check("list roles", database.list_roles()["data"]["keys"] == ["app"])
made = database.generate_credentials(name="app")
check("generate", made["lease_duration"] == 3600 and made["renewable"] is True, made)
check("user", made["data"]["username"].startswith("v-root-app-"), made["data"]["username"])
check("lookup", client.sys.read_lease(lease_id=made["lease_id"])["data"]["ttl"] > 3500)
renewed = client.sys.renew_lease(lease_id=made["lease_id"], increment=7200)
check("renew", renewed["lease_duration"] == 7200, renewed)
check("revoke", client.sys.revoke_lease(lease_id=made["lease_id"]).status_code == 204)
refused("revoked", exceptions.InvalidRequest, "", lambda: client.sys.read_lease(lease_id=made["lease_id"]))
database.create_role(name="other", db_name="db", creation_statements=CREATE)
refused("not allowed", exceptions.InvalidRequest, "is not an allowed role", lambda: database.generate_credentials(name="other"))
refused("unknown", exceptions.InvalidRequest, "unknown role", lambda: database.generate_credentials(name="none"))
database.generate_credentials(name="app")
database.generate_credentials(name="app")
client.sys.revoke_prefix(prefix="database/creds/app")
check("revoke prefix", True)

database.create_static_role(
    name="standing",
    db_name="db",
    username="app",
    rotation_statements=["ALTER USER \"{{name}}\" WITH PASSWORD '{{password}}'"],
    rotation_period=86400,
)
check("read static", database.read_static_role(name="standing")["data"]["rotation_period"] == 86400)
check("list static", database.list_static_roles()["data"]["keys"] == ["standing"])
before = database.get_static_credentials(name="standing")["data"]
check("static credentials", before["username"] == "app" and before["ttl"] > 86000, sorted(before))
database.rotate_static_role_credentials(name="standing")
check("rotated", database.get_static_credentials(name="standing")["data"]["password"] != before["password"])
check("rotate root", database.rotate_root_credentials(name="db").status_code == 204)
check("after rotation", database.generate_credentials(name="app")["data"]["username"] != "")
client.sys.revoke_prefix(prefix="database/creds/app")
database.delete_static_role(name="standing")
database.delete_role(name="app")
database.delete_connection(name="db")
refused("deleted", exceptions.InvalidPath, "", lambda: database.read_connection(name="db"))
client.sys.disable_secrets_engine("database")
print("done")
