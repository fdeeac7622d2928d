"""The functions that programs call: who and where one is."""

from local.provider.errors import ProviderError, explained
from local.provider.session import Session
from local.provider.values import Properties


def invoked(session: Session, token: str, arguments: Properties) -> Properties:
    """The result of one function; ProviderError for any that is not here."""
    function = FUNCTIONS.get(token)
    if function is None:
        raise ProviderError(f"The local provider has no function {token}; it knows {', '.join(sorted(FUNCTIONS))}.")
    return {**arguments, **function(session)}


def _caller(session: Session) -> Properties:
    with explained("calling", "sts", "GetCallerIdentity"):
        found = session.client("sts").get_caller_identity()
    return {"accountId": found["Account"], "arn": found["Arn"], "userId": found["UserId"], "id": session.account}


def _region(session: Session) -> Properties:
    region = session.region
    return {
        "name": region,
        "region": region,
        "id": region,
        "endpoint": f"ec2.{region}.amazonaws.com",
        "description": region,
    }


def _partition(session: Session) -> Properties:
    return {"partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws", "id": "aws"}


FUNCTIONS = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
}
