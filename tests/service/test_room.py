"""What waits is counted again as soon as it can matter."""

from prism.service.queue import Queue
from prism.service.records import Origin
from prism.service.room import Room
from tests.service.deliveries import upload


def hand_in(queue: Queue, *names: str) -> None:
    for name in names:
        queue.accept(upload(name), Origin(hotkey=name))


def is_left(queue: Queue, room: Room) -> bool:
    with queue.store.database.writing() as connection:
        return room.is_left(connection)


def test_there_is_room_until_every_place_is_taken(queue: Queue) -> None:
    room = Room(2)
    hand_in(queue, "a")
    assert is_left(queue, room)
    hand_in(queue, "b")
    assert not is_left(queue, room)
    claim = queue.claim("w")
    assert claim is not None
    assert not is_left(queue, room)  # what runs has not ended


def test_what_is_far_from_the_limit_is_counted_once_a_second(queue: Queue) -> None:
    moments = [0.0]
    room = Room(4, ample=2, clock=lambda: moments[-1])
    hand_in(queue, "a", "b")
    assert is_left(queue, room)
    hand_in(queue, "c", "d")
    moments.append(0.9)
    assert is_left(queue, room)
    moments.append(1.0)
    assert not is_left(queue, room)


def test_near_the_limit_each_is_counted(queue: Queue) -> None:
    room = Room(4, ample=2, clock=lambda: 0.0)
    hand_in(queue, "a", "b", "c")
    assert is_left(queue, room)
    hand_in(queue, "d")
    assert not is_left(queue, room)
