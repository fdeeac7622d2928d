"""Tables."""

from tests.policies.case import Bad, Cases, Good

TABLE = "aws:dynamodb/table:Table"

CASES = {
    "dynamodb-on-demand": Cases(
        good=(Good(TABLE, {"billingMode": "PAY_PER_REQUEST"}),),
        bad=(
            Bad(TABLE, {}, "billingMode absent"),
            Bad(TABLE, {"billingMode": "PROVISIONED"}, "billingMode PROVISIONED"),
        ),
    ),
    "dynamodb-point-in-time-recovery": Cases(
        good=(Good(TABLE, {"pointInTimeRecovery": {"enabled": True}}),),
        bad=(
            Bad(TABLE, {}, "pointInTimeRecovery.enabled absent"),
            Bad(TABLE, {"pointInTimeRecovery": {"enabled": False}}, "pointInTimeRecovery.enabled False"),
        ),
    ),
    "dynamodb-encrypted": Cases(
        good=(Good(TABLE, {"serverSideEncryption": {"enabled": True}}),),
        bad=(
            Bad(TABLE, {}, "serverSideEncryption.enabled absent"),
            Bad(TABLE, {"serverSideEncryption": {"enabled": False}}, "serverSideEncryption.enabled False"),
        ),
    ),
}
