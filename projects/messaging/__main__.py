"""The messaging layer: every topic, every queue, and the dead-letter queues of functions and schedules."""

from shared.components.queue import DeadLetterQueue, Queue
from shared.components.topic import Topic
from shared.layer import open_layer
from shared.senders import sent_by_schedule

layer = open_layer("messaging")
for scope in layer.scopes():
    for topic in scope.system.topics:
        layer.export(topic, Topic(scope, topic).outputs)
    for queue in scope.system.queues:
        made = Queue(scope, queue)
        layer.export(queue, made.outputs)
        layer.export(queue.dead_letter_queue, made.dead_letter_queue.outputs)
    for function in scope.system.functions:
        for failures in function.failure_queues:
            layer.export(failures, DeadLetterQueue(scope, failures).outputs)
    for schedule in scope.system.schedules:
        undelivered = schedule.dead_letter_queue
        senders = (sent_by_schedule(scope.naming, schedule),)
        layer.export(undelivered, DeadLetterQueue(scope, undelivered, senders).outputs)
