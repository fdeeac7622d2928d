"""A system with one of everything, for tests that need no real one."""

from shared.model import (
    Api,
    Ciphertext,
    Function,
    IndexKey,
    Key,
    OnQueue,
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
    decrypts,
    deletes,
    gets,
    gets_batches,
    minutes,
    number,
    publishes,
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
labels = Queue("labels")
seal = Key("seal", used_by=("cloudwatch.amazonaws.com",))
complaints = Topic("complaints", key=seal, published_by=("cloudwatch.amazonaws.com",))
news = Topic("news")

strongbox = Key("strongbox")
courier_token = Ciphertext("courier-token", key=strongbox)
parcels = Table("parcels", partition_key=string("parcel_id"), key=strongbox)
deliveries = Topic("deliveries", key=strongbox)
sweep = OnSchedule(name="sweep", every=minutes(5))

intake = Function("order-intake", timeout=seconds(5), uses=(reads_secret(key), puts(orders), gets_batches(orders)))
shipper = Function(
    "shipper",
    timeout=seconds(30),
    uses=(queries(orders.index("by-customer")), updates(parcels), sends(labels)),
    triggers=(OnStream(table=orders, event_names=("INSERT",)), sweep),
)
courier = Function(
    "courier",
    timeout=seconds(30),
    environment_key=strongbox,
    uses=(decrypts(courier_token), gets(parcels), deletes(parcels), publishes(deliveries), publishes(news)),
    triggers=(OnQueue(queue=labels, maximum_concurrency=4),),
)
shop_api = Api("shop-api", Throttle(10, 20), (Route("POST", "/orders/{id}", invokes=intake, body="order.json"),))
shop = System("corner-shop", functions=(intake, shipper, courier), apis=(shop_api,), other_topics=(complaints,))
