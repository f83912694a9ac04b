"""vrp-cli (pragmatic format), for days without pairs: python solve.py INSTANCE PLAN SECONDS THREADS."""

import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import instance as files
import vrp_cli

MIDNIGHT = datetime(2026, 1, 1, tzinfo=timezone.utc)


def moment(minutes):
    return (MIDNIGHT + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def minutes(text):
    return round((datetime.fromisoformat(text.replace("Z", "+00:00")) - MIDNIGHT).total_seconds() / 60)


def problem(day):
    job = lambda number, task: {
        "id": str(number),
        "services": [{"places": [{"location": {"index": task.place}, "duration": task.duration * 60,
                                  "times": [[moment(task.opens), moment(task.due)]]}]}],
    }
    depot = {"index": 0}
    vehicle = {
        "typeId": "staff", "vehicleIds": [name for name, _ in day.staff], "profile": {"matrix": "car"},
        "costs": {"fixed": 0, "distance": 1, "time": 0}, "capacity": [len(day.tasks)],
        "shifts": [{"start": {"earliest": moment(day.start), "location": depot},
                    "end": {"latest": moment(day.end), "location": depot}}],
    }
    jobs = [job(number, task) for number, task in enumerate(day.tasks)]
    return {"plan": {"jobs": jobs}, "fleet": {"vehicles": [vehicle], "profiles": [{"name": "car"}]},
            "objectives": [[{"type": "minimize-unassigned"}], [{"type": "minimize-cost"}]]}


def main(path, plan, seconds, threads):
    day = files.read(path)
    assert day.is_hard and not day.pairs, "vrp-cli knows neither soft windows nor visits at the same time"
    ways = [way for row in day.travel for way in row]
    matrix = {"profile": "car", "travelTimes": [way * 60 for way in ways], "distances": ways}
    config = {"termination": {"maxTime": int(max(seconds, 1))},
              "environment": {"parallelism": {"numThreadPools": 1, "threadsPerPool": threads}}}
    solved = json.loads(vrp_cli.solve_pragmatic(problem=json.dumps(problem(day)), matrices=[json.dumps(matrix)],
                                                config=json.dumps(config)))
    names = [name for name, _ in day.staff]
    routes = [[] for _ in names]
    for tour in solved["tours"]:
        route = routes[names.index(tour["vehicleId"])]
        for stop in tour["stops"]:
            for activity in stop["activities"]:
                if activity["type"] != "service":
                    continue
                number = int(activity["jobId"])
                window = activity.get("time", stop.get("time"))
                end = minutes(window.get("end", window.get("departure")))
                route.append((number, end - day.tasks[number].duration))
    files.write(plan, day, routes)


main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))
