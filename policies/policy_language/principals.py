"""Who a statement's principals are."""

import re
from typing import Final

WHOLE_ACCOUNT: Final = re.compile(r"\d{12}|arn:[^:]+:iam::\d{12}:root")
