"""OR-Tools CP-SAT, one circuit per member of staff: python solve.py INSTANCE PLAN SECONDS THREADS."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import instance as files
from ortools.sat.python import cp_model

# A model has a literal for every staff and every two tasks; beyond this it does not fit into the memory at hand.
LITERALS_MAX = 1_500_000


def main(path, plan, seconds, threads):
    day = files.read(path)
    tasks, staff = day.tasks, range(len(day.staff))
    if len(day.staff) * len(tasks) ** 2 > LITERALS_MAX:
        print("too large for this model")
        return
    model = cp_model.CpModel()
    span = max(task.due for task in tasks) + sum(task.duration for task in tasks)
    end = min(day.end, span)
    start = [model.NewIntVar(max(task.opens, day.start), task.due if day.is_hard else span, "") for task in tasks]
    arcs_of = [[] for _ in staff]
    cost, does = [], [[] for _ in tasks]
    follows = {}
    for person in staff:
        able = [number for number in range(len(tasks)) if day.may(person, number)]
        for number in able:
            here = model.NewBoolVar("")
            does[number].append((person, here))
            arcs_of[person].append((number + 1, number + 1, here.Not()))
            first, last = model.NewBoolVar(""), model.NewBoolVar("")
            out, home = day.travel[0][tasks[number].place], day.travel[tasks[number].place][0]
            arcs_of[person] += [(0, number + 1, first), (number + 1, 0, last)]
            cost += [out * first, home * last]
            model.Add(start[number] >= day.start + out).OnlyEnforceIf(first)
            model.Add(start[number] + tasks[number].duration + home <= end).OnlyEnforceIf(last)
            for other in able:
                if other == number:
                    continue
                arc = model.NewBoolVar("")
                way = day.travel[tasks[number].place][tasks[other].place]
                arcs_of[person].append((number + 1, other + 1, arc))
                cost.append(way * arc)
                follows.setdefault((number, other), []).append(arc)
        arcs_of[person].append((0, 0, model.NewBoolVar("")))
        model.AddCircuit(arcs_of[person])
    for (one, other), arcs in follows.items():
        way = tasks[one].duration + day.travel[tasks[one].place][tasks[other].place]
        for arc in arcs:
            model.Add(start[other] >= start[one] + way).OnlyEnforceIf(arc)
    for choices in does:
        model.AddExactlyOne(here for _, here in choices)
    for first, second, least, most in day.pairs:
        model.AddLinearConstraint(start[second] - start[first], least, most)
        for person, here in does[first]:
            for other, there in does[second]:
                if person == other:
                    model.AddBoolOr(here.Not(), there.Not())
    if not day.is_hard:
        worst = model.NewIntVar(0, span, "")
        for number, task in enumerate(tasks):
            late = model.NewIntVar(0, span, "")
            model.Add(late >= start[number] - task.due)
            model.Add(worst >= late)
            cost.append(late)
        cost.append(worst)
    model.Minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = threads
    if solver.Solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return
    routes = [[] for _ in staff]
    for number, choices in enumerate(does):
        person = next(person for person, here in choices if solver.Value(here))
        routes[person].append((number, solver.Value(start[number])))
    files.write(plan, day, [sorted(route, key=lambda stop: stop[1]) for route in routes])


main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))
