//! A plan of a day: who visits whom, when and in which order.

use crate::model::{Day, StaffIndex, Ticks, VisitIndex};

/// A plan for every member of staff of a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// One route per member of staff, in the order of [`crate::model::Day::staff`].
    pub routes: Vec<Route>,
}

/// One member of staff's day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Route {
    /// Tasks and breaks in the order they are done.
    pub stops: Vec<Stop>,
}

/// One thing in a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// What is done.
    pub what: What,
    /// When it begins.
    pub start: Ticks,
    /// When it ends.
    pub end: Ticks,
}

/// What is done at a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// One task of a visit.
    Task {
        /// The visit.
        visit: VisitIndex,
        /// Its task, 0 or 1.
        task: usize,
    },
    /// A lunch or pause at the place of a visit, or where the shift starts.
    Break {
        /// Which of the breaks of the one whose route this is.
        number: usize,
        /// The visit at whose place it is taken.
        at: Option<VisitIndex>,
    },
}

impl Plan {
    /// Who does a task, and when; `None` where nobody does.
    pub fn find(&self, visit: VisitIndex, task: usize) -> Option<(StaffIndex, Stop)> {
        self.routes.iter().enumerate().find_map(|(staff, route)| {
            let stop = route.stops.iter().find(|stop| stop.what == What::Task { visit, task })?;
            Some((staff, *stop))
        })
    }

    /// Who does each task of each visit of a day, and when: [`Plan::find`] for all at once.
    pub fn by_visit(&self, day: &Day) -> Vec<Vec<Option<(StaffIndex, Stop)>>> {
        let mut found: Vec<Vec<_>> = day.visits.iter().map(|visit| vec![None; visit.tasks.len()]).collect();
        for (staff, route) in self.routes.iter().enumerate() {
            for stop in &route.stops {
                if let What::Task { visit, task } = stop.what
                    && let Some(place) = found.get_mut(visit).and_then(|tasks| tasks.get_mut(task))
                    && place.is_none()
                {
                    *place = Some((staff, *stop));
                }
            }
        }
        found
    }

    /// The number of tasks that someone does.
    pub fn task_count(&self) -> usize {
        let stops = self.routes.iter().flat_map(|route| &route.stops);
        stops.filter(|stop| matches!(stop.what, What::Task { .. })).count()
    }
}
