"""A system with one of everything, for tests that need no real one."""

from shared.model import (
    Api,
    Function,
    IndexKey,
    Key,
    OnSchedule,
    OnStream,
    Queue,
    Route,
    SecretParameter,
    StreamView,
    System,
    Table,
    Throttle,
    Topic,
    gets_batches,
    minutes,
    number,
    puts,
    queries,
    reads_secret,
    seconds,
    sends,
    string,
    updates,
)
from shared.naming import Naming

NAMING = Naming(suffix="unit", region="us-east-1", account_id="123456789012")

key = SecretParameter("signing-key")
orders = Table(
    "orders",
    partition_key=string("order_id"),
    sort_key=number("placed_at"),
    indexes=(IndexKey(name="by-customer", partition_key=string("customer"), sort_key=number("placed_at")),),
    stream=StreamView.KEYS_ONLY,
)
parcels = Table("parcels", partition_key=string("parcel_id"))
labels = Queue("labels")
seal = Key("seal", used_by=("cloudwatch.amazonaws.com",))
complaints = Topic("complaints", key=seal, published_by=("cloudwatch.amazonaws.com",))
news = Topic("news")
sweep = OnSchedule(name="sweep", every=minutes(5))

intake = Function("order-intake", timeout=seconds(5), uses=(reads_secret(key), puts(orders), gets_batches(orders)))
shipper = Function(
    "shipper",
    timeout=seconds(30),
    uses=(queries(orders.index("by-customer")), updates(parcels), sends(labels)),
    triggers=(OnStream(table=orders, event_names=("INSERT",)), sweep),
)
shop_api = Api("shop-api", Throttle(10, 20), (Route("POST", "/orders/{id}", invokes=intake, body="order.json"),))
shop = System("corner-shop", functions=(intake, shipper), apis=(shop_api,), topics=(complaints, news))
