"""OR-Tools routing with guided local search: python solve.py INSTANCE PLAN SECONDS THREADS."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import instance as files
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

# What leaving a task out costs in ticks: without it the first solution fails on most days with pairs.
DROP = 50_000_000


def main(path, plan, seconds):
    day = files.read(path)
    tasks, staff = day.tasks, len(day.staff)
    manager = pywrapcp.RoutingIndexManager(len(tasks) + 1, staff, 0)
    model = pywrapcp.RoutingModel(manager)
    place = lambda node: tasks[node - 1].place if node else 0
    length = lambda node: tasks[node - 1].duration if node else 0

    def way(one, other):
        return day.travel[place(manager.IndexToNode(one))][place(manager.IndexToNode(other))]

    def passing(one, other):
        return length(manager.IndexToNode(one)) + way(one, other)

    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitCallback(way))
    model.AddDimension(model.RegisterTransitCallback(passing), files.FAR, files.FAR, False, "time")
    time = model.GetDimensionOrDie("time")
    for vehicle in range(staff):
        time.CumulVar(model.Start(vehicle)).SetMin(day.start)
        time.CumulVar(model.End(vehicle)).SetMax(day.end)
    for number, task in enumerate(tasks):
        index = manager.NodeToIndex(number + 1)
        time.CumulVar(index).SetMin(task.opens)
        if day.is_hard:
            time.CumulVar(index).SetMax(task.due)
        else:
            time.SetCumulVarSoftUpperBound(index, task.due, 1)
        able = [vehicle for vehicle in range(staff) if day.may(vehicle, number)]
        model.VehicleVar(index).SetValues([-1] + able)
        model.AddDisjunction([index], DROP)
    solver = model.solver()
    for first, second, least, most in day.pairs:
        one, other = manager.NodeToIndex(first + 1), manager.NodeToIndex(second + 1)
        solver.Add(time.CumulVar(other) >= time.CumulVar(one) + least)
        solver.Add(time.CumulVar(other) <= time.CumulVar(one) + most)
        # Two tasks that are left out share the vehicle "none", so that only tasks that are done must differ.
        solver.Add((model.VehicleVar(one) != model.VehicleVar(other)).Var() >= model.ActiveVar(one))
    settings = pywrapcp.DefaultRoutingSearchParameters()
    settings.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    settings.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    settings.time_limit.FromMilliseconds(int(seconds * 1000))
    found = model.SolveWithParameters(settings)
    if not found:
        return
    routes = []
    for vehicle in range(staff):
        index, route = model.Start(vehicle), []
        while not model.IsEnd(index := found.Value(model.NextVar(index))):
            route.append((manager.IndexToNode(index) - 1, found.Min(time.CumulVar(index))))
        routes.append(route)
    files.write(plan, day, routes)


main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
