"""Thousands of requests a second from one process: many short dialogues side by side, without a task for each.

A dialogue is a generator. It is made with a place of its own, a lane (a socket) and a number below `places`; it yields requests as
octets and gets the answer to each, or None when none came although the request was repeated.

    def login(lane, number):
        reply = yield request_of(number)
        ...

    talk(lanes, (partial(login, user) for user in users), key_of=lambda octets: octets[1])
"""
import collections
import itertools
import selectors
import time

WAIT = 2.0  # seconds before a request is repeated
TRIES = 8


class Question:
    __slots__ = ("dialogue", "place", "request", "due", "left")

    def __init__(self, dialogue, place, request):
        self.dialogue, self.place, self.request, self.due, self.left = dialogue, place, request, time.monotonic() + WAIT, TRIES - 1


class Talk:
    def __init__(self, lanes, key_of, fits, places):
        self.lanes, self.key_of, self.fits = lanes, key_of, fits
        self.free = collections.deque(itertools.product(range(len(lanes)), range(places)))
        self.waiting = {}  # (lane, key) -> question, the oldest first

    def ask(self, dialogue, place, request):
        question = Question(dialogue, place, request)
        self.waiting[(place[0], self.key_of(request))] = question
        self.lanes[place[0]].send(request)

    def begin(self, make):
        place = self.free.popleft()
        dialogue = make(*place)
        self.ask(dialogue, place, next(dialogue))

    def go_on(self, question, answer):
        try:
            self.ask(question.dialogue, question.place, question.dialogue.send(answer))
        except StopIteration:
            self.free.append(question.place)

    def hear(self, lane, octets):
        at = (lane, self.key_of(octets))
        question = self.waiting.get(at)
        if question is None or not self.fits(question.request, octets):
            return  # the answer to a request that was repeated, or to nothing that is asked now
        del self.waiting[at]
        self.go_on(question, octets)

    def repeat(self):
        now = time.monotonic()
        while self.waiting:
            at, question = next(iter(self.waiting.items()))
            if question.due > now:
                return
            del self.waiting[at]
            if question.left == 0:
                self.go_on(question, None)
                continue
            question.due, question.left = now + WAIT, question.left - 1
            self.waiting[at] = question
            self.lanes[at[0]].send(question.request)


def talk(lanes, dialogues, key_of, fits=lambda request, reply: True, places=256):
    """Runs all of them; lanes are connected sockets, key_of() says of a request and of its reply that they belong together."""
    run = Talk(lanes, key_of, fits, places)
    left = iter(dialogues)
    ears = selectors.DefaultSelector()
    for number, lane in enumerate(lanes):
        lane.setblocking(False)
        ears.register(lane, selectors.EVENT_READ, number)
    more = True
    while more or run.waiting:
        while more and run.free:
            make = next(left, None)
            more = make is not None
            if more:
                run.begin(make)
        for key, _ in ears.select(0.1):
            for octets in drained(key.fileobj):
                run.hear(key.data, octets)
        run.repeat()
    ears.close()


def drained(lane):
    while True:
        try:
            yield lane.recv(4096)
        except (BlockingIOError, ConnectionRefusedError):
            return
