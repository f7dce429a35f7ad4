"""A world of two producers and a follower in one process, whose parts are stepped, broken and restored by a seed.

Relay, outbox, inbox and the embedded follower are the real ones; only what lies between them is of the tests: a broker
that is a list, and feeds that are not asked over HTTP. A plain seeded generator chooses the steps, not hypothesis: one
number is then a whole schedule, which costs a tenth of a second (hypothesis keeps books of each choice, for shrinking,
which cost more than the steps), and the steps of a schedule that fails are short enough to read.
"""

import random
import uuid
from collections.abc import Callable

from tests.chassis.events.simulated_parts import (
    NAMES,
    Broker,
    FeedFollower,
    FollowerUnderTest,
    Producer,
    QueueFollower,
    Trouble,
    until_it_rests,
)


class World:
    """All of it, for one schedule after another."""

    def __init__(self) -> None:
        self._trouble = Trouble(random.Random())
        self._broker = Broker()
        self._all_producers = {name: Producer(name, self._broker, self._trouble) for name in NAMES}
        self.producers = self._all_producers
        self._all_followers: list[FollowerUnderTest] = [
            FeedFollower(self.producers, self._trouble),
            QueueFollower(self.producers, self._trouble, self._broker),
        ]

    def play(self, seed: int) -> None:
        """Play the schedule of a seed to its end. Raises AssertionError with the seed and the steps."""
        chosen = random.Random(seed)
        self._begin(chosen)
        names: list[str] = []
        try:
            for _ in range(chosen.randrange(4, 16)):
                name, step = chosen.choice(self._steps)
                names.append(name)
                step(chosen)
            self._end()
            self._check()
        except Exception as error:
            raise AssertionError(f"SEED={seed}: {type(error).__name__} {error}, after: {', '.join(names)}") from error

    def _begin(self, chosen: random.Random) -> None:
        self._trouble.chosen, self._trouble.is_over = chosen, False
        self._broker.messages = []
        self._number = 0
        self._logs: dict[str, list[uuid.UUID]] = {}
        self.told: dict[uuid.UUID, uuid.UUID | None] = {}
        self.follower = chosen.choice(self._all_followers)
        # Mostly one: two cost twice as much, and are there to see that neither stops the other.
        names = chosen.choice([["identity"], ["identity"], ["identity"], [*NAMES]])
        self.producers = {name: self._all_producers[name] for name in names}
        for producer in self.producers.values():
            producer.stop()
            producer.store.empty()
            producer.restart()
        self.follower.producers = self.producers
        self.follower.store.empty()
        self.follower.diverged.clear()
        self.follower.restart()

    @property
    def _steps(self) -> list[tuple[str, Callable[[random.Random], None]]]:
        often = [
            ("tell", self._tell),
            ("relay", self._relay),
            ("follow", self._follow),
        ]
        return [
            *often * 4,
            ("lose", self._broker.lose),
            ("lose all", self._broker.lose_all),
            ("repeat", self._broker.repeat),
            ("reorder", self._broker.reorder),
            ("restart producer", lambda chosen: self._producer(chosen).restart()),
            ("restart follower", lambda _: self.follower.restart()),
            ("back up producer", lambda chosen: self._producer(chosen).store.back_up()),
            ("back up follower", lambda _: self.follower.store.back_up()),
            ("truncate", self._truncate),
            ("tell another story", self._tell_another_story),
            ("restore follower", lambda chosen: self.follower.store.restore(chosen)),
            ("accept", self._accept),
            ("tell another story, and accept", self._tell_and_accept),
        ]

    def _producer(self, chosen: random.Random) -> Producer:
        return self.producers[chosen.choice(sorted(self.producers))]

    def _tell(self, chosen: random.Random) -> None:
        first, self._number = self._number + 1, self._number + chosen.randrange(1, 6)
        self._producer(chosen).tell(range(first, self._number + 1))

    def _relay(self, chosen: random.Random) -> None:
        producer = self._producer(chosen)
        producer.relay()
        self._note(producer)

    def _follow(self, chosen: random.Random) -> None:
        for _ in range(chosen.randrange(1, 4)):
            self.follower.step()

    def _truncate(self, chosen: random.Random) -> None:
        self._truncate_one(self._producer(chosen), chosen)

    def _tell_another_story(self, chosen: random.Random) -> None:
        """Truncate, tell a little more than was lost, and lose all of its messages but the last."""
        producer = self._producer(chosen)
        before = len(producer.log())
        self._truncate_one(producer, chosen)
        first, self._number = self._number + 1, self._number + before - len(producer.log()) + 1
        producer.tell(range(first, self._number + 1))
        producer.relay()
        self._note(producer)
        del self._broker.messages[:-1]

    def _tell_and_accept(self, chosen: random.Random) -> None:
        self._tell_another_story(chosen)
        self._accept(chosen)

    def _truncate_one(self, producer: Producer, chosen: random.Random) -> None:
        producer.stop()
        producer.store.restore(chosen)
        producer.restart()

    def _accept(self, chosen: random.Random) -> None:
        """Accept what was lost, where somebody says so, and now and then where nothing was."""
        self.follower.step()
        for name in sorted(self.follower.diverged or {chosen.choice(sorted(self.producers))}):
            self.follower.accept_what_was_lost(name)

    def _end(self) -> None:
        """Let everything come to rest, without any more trouble."""
        self._trouble.is_over = True
        for producer in self.producers.values():
            until_it_rests(producer.relay)
            self._note(producer)
        until_it_rests(self.follower.step)

    def _note(self, producer: Producer) -> None:
        """Note which event was told after which: a follower's story must have been told somewhen."""
        log = self._logs[producer.name] = producer.log()
        self.told |= dict(zip(log, [None, *log], strict=False))

    def _check(self) -> None:
        follower = self.follower
        for name in self.producers:
            log = self._logs[name]
            position, event_id = follower.last(name)
            is_known = position == 0 or log[position - 1 : position] == [event_id]
            assert (name in follower.diverged) == (not is_known), f"{name} diverged, and nobody says so"
            story = log if is_known else self._story(event_id)
            assert position == len(story), f"{position} of {len(story)} events of {name} were received"
            parked = follower.parked()
            assert follower.applied(name) == [each for each in story if each not in parked], f"events of {name}"

    def _story(self, last: uuid.UUID | None) -> list[uuid.UUID]:
        """Return the events that led to this one, when it was told."""
        story: list[uuid.UUID] = []
        while last is not None:
            story.append(last)
            last = self.told[last]
        return story[::-1]
