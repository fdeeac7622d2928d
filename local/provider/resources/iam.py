"""IAM: roles and their inline policies."""

from local.provider.calls import call
from local.provider.schema import Change, Field, ResourceType, Tagging
from local.provider.session import Session
from local.provider.values import Properties


def _update_role(change: Change) -> None:
    session, name = change.session, {"RoleName": change.id}
    if change.changed("assumeRolePolicy"):
        document = change.new["assumeRolePolicy"]
        call(session, "iam", "update_assume_role_policy", **name, PolicyDocument=document)
    if change.changed("description", "maxSessionDuration"):
        described = {"Description": change.new.get("description", "")}
        call(session, "iam", "update_role", **name, **described, MaxSessionDuration=change.new["maxSessionDuration"])
    if change.changed("permissionsBoundary"):
        boundary = change.new.get("permissionsBoundary")
        if boundary:
            call(session, "iam", "put_role_permissions_boundary", **name, PermissionsBoundary=boundary)
        else:
            call(session, "iam", "delete_role_permissions_boundary", **name)


def _delete_role(session: Session, state: Properties) -> None:
    name = {"RoleName": state["id"]}
    try:
        if state.get("forceDetachPolicies"):
            _detach(session, name)
        call(session, "iam", "delete_role", **name)
    except session.client("iam").exceptions.NoSuchEntityException:
        return


def _detach(session: Session, name: dict[str, str]) -> None:
    for policy in call(session, "iam", "list_attached_role_policies", **name)["AttachedPolicies"]:
        call(session, "iam", "detach_role_policy", **name, PolicyArn=policy["PolicyArn"])
    for policy in call(session, "iam", "list_role_policies", **name)["PolicyNames"]:
        call(session, "iam", "delete_role_policy", **name, PolicyName=policy)


def _role_arn(facts: Properties) -> str:
    return f"arn:aws:iam::{facts['account']}:role{facts.get('path', '/')}{facts['name']}"


ROWS = (
    ResourceType(
        pulumi_type="aws:iam/role:Role",
        service="iam",
        fields=(
            Field("name", member="RoleName", required=True, force_new=True),
            Field("assumeRolePolicy", member="AssumeRolePolicyDocument", json=True, required=True),
            Field("description"),
            Field("maxSessionDuration", default=3600),
            Field("path", default="/", force_new=True),
            Field("permissionsBoundary", found="PermissionsBoundary.PermissionsBoundaryArn"),
            Field("forceDetachPolicies", kind=bool, default=False, write_only=True),
        ),
        create="create_role",
        id="{name}",
        identity=("name",),
        key={"RoleName": "{id}"},
        read="get_role",
        found="Role",
        update=_update_role,
        delete=_delete_role,
        templates={"arn": _role_arn},
        outputs={"uniqueId": "RoleId", "createDate": "CreateDate"},
        tagging=Tagging(
            on_create="Tags", tag="tag_role", untag="untag_role", arn=("RoleName", "{id}"), listed="list_role_tags"
        ),
    ),
    ResourceType(
        pulumi_type="aws:iam/rolePolicy:RolePolicy",
        service="iam",
        fields=(
            Field("name", member="PolicyName", required=True, force_new=True),
            Field("role", member="RoleName", required=True, force_new=True),
            Field("policy", member="PolicyDocument", json=True, required=True),
        ),
        create="put_role_policy",
        id="{role}:{name}",
        identity=("role", "name"),
        key={"RoleName": "{role}", "PolicyName": "{name}"},
        read="get_role_policy",
        update="put_role_policy",
        delete="delete_role_policy",
    ),
)
