"""Reads the public instances for the peers, and writes their plans for the independent checker.

One model for all: a list of tasks, each at a place with a window, some of them in pairs. Times are whole ticks.
"""

import json
import math

FAR = 1 << 26
"""A moment after every end; stands for shifts without end."""


class Task:
    def __init__(self, patient, service, place, duration, opens, due):
        self.patient, self.service, self.place = patient, service, place
        self.duration, self.opens, self.due = duration, opens, due


class Instance:
    """What is to be planned. `pairs` holds (first, second, least lag, most lag) by task number."""

    def __init__(self):
        self.tasks, self.pairs = [], []
        self.staff = []
        """The name of each member of staff and the services they can do; `None` where they can do all."""
        self.travel = []
        """Ticks between places; place 0 is where everyone starts and ends."""
        self.ticks = 1
        """Ticks in a minute."""
        self.start, self.end = 0, FAR
        self.is_hard = True
        """True where windows and the end are hard and only travel counts."""

    def may(self, staff, task):
        able = self.staff[staff][1]
        return able is None or self.tasks[task].service in able


def read(path):
    """Reads an instance of either set."""
    with open(path, "rb") as file:
        content = file.read()
    return read_hhcrsp(json.loads(content)) if content.lstrip().startswith(b"{") else read_bredstrom(content)


def read_bredstrom(content):
    lines = [line.split(b"//")[0].split() for line in content.splitlines()]
    numbers = iter(int(word) for line in lines for word in line)
    take = lambda: next(numbers)
    by_id = lambda count: dict((take(), take()) for _ in range(count))
    instance = Instance()
    staff, visits = take(), take()
    take()
    durations = by_id(visits)
    instance.start, instance.end = take(), take()
    windows = [(take(), take()) for _ in range(visits)]
    by_id(visits)
    between = [[take() for _ in range(visits)] for _ in range(visits)]
    depot = by_id(visits)
    for visit in range(visits):
        opens, due = windows[visit]
        instance.tasks.append(Task(str(visit + 1), "visit", visit + 1, durations[visit + 1], opens, due))
    out = [0] + [depot[visit + 1] for visit in range(visits)]
    instance.travel = [out] + [[out[row + 1]] + between[row] for row in range(visits)]
    instance.pairs = [(take() - 1, take() - 1, 0, 0) for _ in range(take())]
    instance.staff = [(str(number + 1), None) for number in range(staff)]
    return instance


def read_hhcrsp(file):
    instance = Instance()
    instance.is_hard = False
    instance.ticks = 1000
    scale = lambda minutes: round(minutes * instance.ticks)
    default = {service["id"]: service.get("default_duration") for service in file["services"]}
    for place, patient in enumerate(file["patients"], 1):
        first = len(instance.tasks)
        opens, due = (scale(math.floor(moment)) for moment in patient["time_window"])
        for needed in patient["required_caregivers"]:
            duration = needed.get("duration", default[needed["service"]])
            instance.tasks.append(Task(patient["id"], needed["service"], place, scale(duration), opens, due))
        if together := patient.get("synchronization"):
            least, most = (0, 0) if together["type"] == "simultaneous" else together["distance"]
            instance.pairs.append((first, first + 1, scale(least), scale(most)))
    instance.staff = [(carer["id"], set(carer["abilities"])) for carer in file["caregivers"]]
    instance.travel = [[scale(way) for way in row] for row in file["distances"]]
    return instance


def write(path, instance, routes):
    """Writes a plan: for each member of staff the (task, start) in order."""
    minutes = lambda ticks: ticks / instance.ticks if ticks % instance.ticks else ticks // instance.ticks
    written = []
    for (name, _), route in zip(instance.staff, routes):
        stops = []
        for number, start in route:
            task = instance.tasks[number]
            end = start + task.duration
            stops.append({"arrival_time": minutes(start), "departure_time": minutes(end),
                          "patient": task.patient, "service": task.service})
        if stops:
            written.append({"caregiver_id": name, "locations": stops})
    with open(path, "w") as file:
        json.dump({"routes": written}, file, indent=1)
