"""The messaging layer: every topic, bus and queue, and the dead-letter queues of functions and rules."""

from shared.components.event_bus import EventBus
from shared.components.queue import DeadLetterQueue, Queue
from shared.components.topic import Topic
from shared.layer import open_layer
from shared.senders import sent_by_rule

layer = open_layer("messaging")
for scope in layer.scopes():
    for topic in scope.system.topics:
        layer.export(topic, Topic(scope, topic).outputs)
    for bus in scope.system.buses:
        layer.export(bus, EventBus(scope, bus).outputs)
    for queue in scope.system.queues:
        made = Queue(scope, queue)
        layer.export(queue, made.outputs)
        layer.export(queue.dead_letter_queue, made.dead_letter_queue.outputs)
    for function in scope.system.functions:
        for failures in function.failure_queues:
            layer.export(failures, DeadLetterQueue(scope, failures).outputs)
    for rule in scope.system.rules:
        undelivered = rule.dead_letter_queue
        senders = (sent_by_rule(scope.naming, rule),)
        layer.export(undelivered, DeadLetterQueue(scope, undelivered, senders).outputs)
