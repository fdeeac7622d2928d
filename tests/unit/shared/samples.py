"""Two systems with one of everything, for tests that need no real one."""

from shared.model import (
    Api,
    Authorization,
    Bucket,
    Ciphertext,
    EventBus,
    Function,
    IndexKey,
    Key,
    OnEvent,
    OnLogs,
    OnObjectCreated,
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
    changes_bucket,
    days,
    decrypts,
    deletes,
    deletes_table,
    gets,
    gets_batches,
    leaves_tls,
    minutes,
    number,
    publishes,
    puts,
    puts_events,
    puts_metrics,
    queries,
    reads_objects,
    reads_secret,
    seconds,
    sends,
    string,
    updates,
    writes_batches,
    writes_objects,
    writes_outside,
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

inbound = Bucket("inbound-goods", expiration=days(7))
movements = EventBus("movements")
shelves = Table("ShelfState", partition_key=string("shelf"))
stocked = Topic("stocked")
arrived = OnEvent(name="arrivals", bus=movements, pattern={"source": ["warehouse"], "detail-type": ["arrived"]})

receiving = Function(
    "GoodsReceiving",
    timeout=seconds(60),
    memory_mb=3_072,
    failure_retention=days(4),
    on_success=stocked,
    asynchronous=True,
    uses=(reads_objects(inbound), writes_objects(inbound, prefix="reports/"), puts_events(movements), puts_metrics()),
    denies=(deletes_table(shelves), changes_bucket(inbound), writes_outside(inbound, prefix="reports/"), leaves_tls()),
    triggers=(OnObjectCreated(bucket=inbound, suffixes=(".csv", ".csv.gz")),),
)
stocking = Function("stocking", timeout=seconds(5), uses=(writes_batches(shelves),), triggers=(arrived,))
watching = Function(
    "watching",
    timeout=seconds(5),
    triggers=(OnLogs(name="errors", of=("GoodsReceiving", "stocking"), pattern="ERROR"),),
)
gate = Api(
    "WarehouseAPI",
    Throttle(10, 20),
    (
        Route("POST", "/goods", invokes=receiving, body="goods.json", asynchronous=True),
        Route(
            "POST", "/goods/count", invokes=stocking, body="goods.json", authorization=Authorization.IAM, signed=False
        ),
    ),
)
warehouse = System(
    "warehouse", functions=(receiving, stocking, watching), apis=(gate,), tags={"Project": "Storage", "Owner": "depot"}
)
