"""What a team does with hvac's identity module, unmodified: the calls of its documentation, one after the other. Prints `ok NAME` lines."""

import os

import hvac
from checks import check, refused
from hvac import exceptions

URL = os.environ["VAULT_ADDR"]
client = hvac.Client(url=URL, token=os.environ["ROOT_TOKEN"])
identity = client.secrets.identity

client.sys.enable_auth_method("userpass", path="people")
accessor = client.sys.list_auth_methods()["data"]["people/"]["accessor"]
client.auth.userpass.create_or_update_user("ada", "one two", mount_point="people")

# entities
created = identity.create_or_update_entity(name="hvac-entity", metadata=dict(extra_datas="yup"), policies=["one"])
entity_id = created["data"]["id"]
check("create entity", created["data"]["name"] == "hvac-entity", created)
updated = identity.create_or_update_entity(name="hvac-entity", metadata=dict(extra_datas="uhuh"))
check("update entity", updated.status_code == 204, updated)
by_name = identity.create_or_update_entity_by_name(name="hvac-by-name", metadata=dict(new_datas="uhuh"))
by_name_id = by_name["data"]["id"]
check("read entity", identity.read_entity(entity_id=entity_id)["data"]["metadata"] == {"extra_datas": "uhuh"})
check("read by name", identity.read_entity_by_name(name="hvac-by-name")["data"]["id"] == by_name_id)
check("update by id", identity.update_entity(entity_id=entity_id, metadata=dict(new_metadata="yup")).status_code == 204)
check("changed", identity.read_entity_by_name("hvac-entity")["data"]["metadata"] == {"new_metadata": "yup"})
check("list", set(identity.list_entities()["data"]["keys"]) == {entity_id, by_name_id})
check("list by GET", set(identity.list_entities(method="GET")["data"]["keys"]) == {entity_id, by_name_id})
check("list by name", set(identity.list_entities_by_name()["data"]["keys"]) == {"hvac-entity", "hvac-by-name"})
refused("no entity", exceptions.InvalidPath, "", lambda: identity.read_entity(entity_id="none"))

# aliases of entities
alias = identity.create_or_update_entity_alias(name="ada", canonical_id=entity_id, mount_accessor=accessor)
alias_id = alias["data"]["id"]
check("create alias", alias["data"]["canonical_id"] == entity_id, alias)
check("read alias", identity.read_entity_alias(alias_id=alias_id)["data"]["name"] == "ada")
moved = identity.update_entity_alias(alias_id=alias_id, name="ada", canonical_id=by_name_id, mount_accessor=accessor)
check("move alias", moved["data"]["canonical_id"] == by_name_id, moved)
back = identity.create_or_update_entity_alias("ada", entity_id, accessor, alias_id=alias_id)
check("and back", back["data"]["canonical_id"] == entity_id, back)
check("list aliases", identity.list_entity_aliases()["data"]["keys"] == [alias_id])
check("list aliases by GET", identity.list_entity_aliases("GET")["data"]["keys"] == [alias_id])

# lookups
check("lookup by name", identity.lookup_entity(name="hvac-entity")["data"]["id"] == entity_id)
check("lookup by id", identity.lookup_entity(entity_id=entity_id)["data"]["name"] == "hvac-entity")
check("lookup by alias", identity.lookup_entity(alias_id=alias_id)["data"]["id"] == entity_id)
named = identity.lookup_entity(alias_name="ada", alias_mount_accessor=accessor)
check("lookup by alias name", named["data"]["id"] == entity_id, named)
check("lookup of nobody", identity.lookup_entity(name="nobody").status_code == 204)

# groups
group = identity.create_or_update_group(name="hvac-group", metadata=dict(extra_datas="we gots em"), member_entity_ids=entity_id)
group_id = group["data"]["id"]
check("create group", group["data"]["name"] == "hvac-group", group)
check("read group", identity.read_group(group_id=group_id)["data"]["member_entity_ids"] == [entity_id])
changed = identity.update_group(group_id=group_id, name="hvac-group", metadata=dict(extra_datas="nope"), policies=["two"], member_entity_ids=entity_id)
check("update group", changed.status_code == 204, changed)
identity.create_or_update_group_by_name(name="hvac-outer", policies=["three"], member_group_ids=group_id)
outer = identity.read_group_by_name(name="hvac-outer")["data"]
check("group in a group", outer["member_group_ids"] == [group_id], outer)
refused("circle", exceptions.InvalidRequest, "cyclic", lambda: identity.update_group(group_id, "hvac-group", member_group_ids=outer["id"]))
check("list groups", set(identity.list_groups()["data"]["keys"]) == {group_id, outer["id"]})
check("list groups by name", identity.list_groups_by_name()["data"]["keys"] == ["hvac-group", "hvac-outer"])
check("lookup group", identity.lookup_group(name="hvac-group")["data"]["id"] == group_id)
external = identity.create_or_update_group(name="hvac-external", group_type="external")["data"]["id"]
group_alias = identity.create_or_update_group_alias("idp-group", mount_accessor=accessor, canonical_id=external)
ga_id = group_alias["data"]["id"]
check("group alias", identity.read_group_alias(ga_id)["data"]["name"] == "idp-group")
check("update group alias", identity.update_group_alias(ga_id, "idp-two", accessor, external) is not None)
check("renamed", identity.read_group_alias(ga_id)["data"]["name"] == "idp-two")
check("list group aliases", identity.list_group_aliases()["data"]["keys"] == [ga_id])
check("lookup by group alias", identity.lookup_group(alias_id=ga_id)["data"]["id"] == external)
check("delete group alias", identity.delete_group_alias(ga_id).status_code == 204)

# a login is the entity, with its policies and its groups'
ada = hvac.Client(url=URL)
login = ada.auth.userpass.login("ada", "one two", mount_point="people")["auth"]
check("login", login["entity_id"] == entity_id, login)
check("policies", login["policies"] == ["default", "one", "three", "two"] and login["token_policies"] == ["default"], login)
check("identity policies", login["identity_policies"] == ["one", "three", "two"], login)
check("oneself", ada.secrets.identity.read_entity(entity_id)["data"]["id"] == entity_id)
refused("others", exceptions.Forbidden, "permission denied", lambda: ada.secrets.identity.read_entity(by_name_id))

# tokens for others
identity.configure_tokens_backend(issuer=URL)
check("issuer", identity.read_tokens_backend_configuration()["data"]["issuer"] == URL)
identity.create_named_key(name="hvac-key", rotation_period="24h", verification_ttl="24h", allowed_client_ids=["*"], algorithm="RS256")
check("key", identity.read_named_key("hvac-key")["data"]["algorithm"] == "RS256")
check("keys", "hvac-key" in identity.list_named_keys()["data"]["keys"])
identity.create_or_update_role(name="hvac-person", key="hvac-key", ttl="1h", template='{"name": {{identity.entity.name}}, "groups": {{identity.entity.groups.names}}}')
role = identity.read_role("hvac-person")["data"]
check("role", role["key"] == "hvac-key" and role["ttl"] == 3600 and role["client_id"], role)
check("roles", identity.list_roles()["data"]["keys"] == ["hvac-person"])
refused("not allowed", exceptions.Forbidden, "", lambda: ada.secrets.identity.generate_signed_id_token("hvac-person"))
client.sys.create_or_update_policy("two", 'path "identity/oidc/token/hvac-person" { capabilities = ["read"] }')
token = ada.secrets.identity.generate_signed_id_token(name="hvac-person")["data"]["token"]
check("signed", token.count(".") == 2)
check("introspect", identity.introspect_signed_id_token(token=token)["active"] is True)
check("introspect for a client", identity.introspect_signed_id_token(token, client_id=role["client_id"])["active"] is True)
check("introspect for another", identity.introspect_signed_id_token(token, client_id="other")["active"] is False)
identity.rotate_named_key("hvac-key", verification_ttl="24h")  # hvac 2.4 leaves `/rotate` out of the path: a change of the key
client.write_data("identity/oidc/key/hvac-key/rotate", data={})
check("after rotation", identity.introspect_signed_id_token(token=token)["active"] is True)
config = identity.read_well_known_configurations()
check("discovery", config["issuer"] == f"{URL}/v1/identity/oidc" and config["jwks_uri"].endswith("/.well-known/keys"), config)
public = identity.read_active_public_keys()["keys"]
check("public keys", len(public) == 3, public)
refused("key in use", exceptions.InvalidRequest, "referenced by these roles: hvac-person", lambda: identity.delete_named_key("hvac-key"))
identity.delete_role("hvac-person")
identity.delete_named_key("hvac-key")
check("deleted", identity.list_named_keys()["data"]["keys"] == ["default"])

# merging and deleting
identity.delete_entity_alias(alias_id)
merged = identity.merge_entities(from_entity_ids=[by_name_id], to_entity_id=entity_id)
check("merge", merged.status_code == 204, merged)
check("merged", identity.read_entity(entity_id)["data"]["merged_entity_ids"] == [by_name_id])
check("delete groups", all(identity.delete_group(one).status_code == 204 for one in [group_id, external]))
identity.delete_group_by_name("hvac-outer")
identity.delete_entity_by_name("hvac-entity")
identity.delete_entity(entity_id)
refused("nobody left", exceptions.InvalidPath, "", lambda: identity.list_entities())
refused("its token too", exceptions.Forbidden, "permission denied", lambda: ada.auth.token.lookup_self())
print("done")
