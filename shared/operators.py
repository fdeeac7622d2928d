"""What the people who run the systems get, in every environment: the topic that alarms speak to."""

from shared.model import Key, System, Topic

CLOUDWATCH = "cloudwatch.amazonaws.com"

# CloudWatch can't use the AWS-managed key of SNS: its policy does not admit the service.
alarms_key = Key("operators", used_by=(CLOUDWATCH,))

alarms = Topic("operators-alarms", key=alarms_key, published_by=(CLOUDWATCH,))

OPERATORS = System("operators", functions=(), other_topics=(alarms,))
