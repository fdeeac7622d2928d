"""How a Python program exempts a resource from a rule's finding."""

import pulumi

from policies.framework.exemptions import TYPE


class Exemption(pulumi.ComponentResource):
    """One finding of one rule on one resource, tolerated for a reason until a day; the resource must depend on it.

    `resource` is a type and a logical name, `aws:sqs/queue:Queue::orders`; `until` is the last day, `2027-06-30`.
    """

    def __init__(self, name: str, *, rule: str, resource: str, finding: str, reason: str, until: str) -> None:
        said = {"rule": rule, "resource": resource, "finding": finding, "reason": reason, "until": until}
        super().__init__(TYPE, name, said)
        self.register_outputs({})
