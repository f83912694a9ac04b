"""PyVRP's hybrid genetic search, for days without pairs: python solve.py INSTANCE PLAN SECONDS THREADS."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import instance as files
from pyvrp import Model
from pyvrp.stop import MaxRuntime


def main(path, plan, seconds):
    day = files.read(path)
    assert day.is_hard and not day.pairs, "PyVRP knows neither soft windows nor visits at the same time"
    model = Model()
    places = [model.add_location(0, 0) for _ in day.travel]
    depot = model.add_depot(places[0], tw_early=day.start, tw_late=day.end)
    model.add_vehicle_type(len(day.staff), start_depot=depot, end_depot=depot, tw_early=day.start, tw_late=day.end)
    for task in day.tasks:
        model.add_client(places[task.place], service_duration=task.duration, tw_early=task.opens, tw_late=task.due)
    for one in range(len(places)):
        for other in range(len(places)):
            if one != other:
                way = day.travel[one][other]
                model.add_edge(places[one], places[other], distance=way, duration=way)
    found = model.solve(stop=MaxRuntime(seconds), seed=1, display=False).best
    if not found.is_feasible():
        return
    routes = []
    for route in found.routes():
        stops = [stop for stop in route.schedule() if stop.is_client()]
        routes.append([(stop.idx, stop.start_time) for stop in stops])
    files.write(plan, day, routes + [[]] * (len(day.staff) - len(routes)))


main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
