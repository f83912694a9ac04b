//! A plan laid open, to ask what changes to it would cost.

use localsearch::portfolio::Score;
use localsearch::rng::Rng;

use super::insert::{self, Seat};
use super::instance::Instance;
use super::state::{Genes, State};
use super::warm;
use crate::model::{Day, VisitIndex};
use crate::plan::Plan;

/// A plan laid open. It owns its tables, so that nothing else needs to know of them.
pub(crate) struct Workbench {
    instance: Instance,
    genes: Genes,
}

impl Workbench {
    pub(crate) fn new(day: &Day, plan: &Plan) -> Self {
        let instance = Instance::without_neighbours(day);
        let genes = warm::genes(day, &instance, plan);
        Workbench { instance, genes }
    }

    fn state(&self) -> State<'_> {
        let mut state = State::empty(&self.instance);
        state.load(&self.genes);
        state
    }

    /// Leaves a visit out.
    pub(crate) fn remove(&mut self, visit: VisitIndex) {
        let mut state = self.state();
        insert::remove(&mut state, visit);
        let mut genes = Genes::default();
        state.save(&mut genes);
        self.genes = genes;
    }

    /// The score of the plan.
    pub(crate) fn score(&self) -> Score {
        self.state().score()
    }

    /// The breach that a visit left out is by itself.
    pub(crate) fn owed(&self, visit: VisitIndex) -> i64 {
        i64::from(!self.instance.optional[visit]) + self.instance.rates.unserved.hard
    }

    /// Every way to make a visit that is left out, cheapest first, its absence no longer charged.
    ///
    /// Tasks that may be done at any time are placed one after the other, the first where it is cheapest.
    pub(crate) fn seats(&self, visit: VisitIndex, rng: &mut Rng) -> Vec<Seat> {
        let mut state = self.state();
        state.begin();
        state.serve(visit, true);
        state.propagate();
        state.commit();
        let (begin, end) = self.instance.visit_units[visit];
        let seats = insert::seats(&mut state, begin as usize, rng);
        if end - begin < 2 {
            return seats;
        }
        let Some(first) = seats.first().copied() else { return seats };
        state.begin();
        super::moves::put_in(&mut state, begin as usize, first.slot, first.staff);
        state.propagate();
        state.commit();
        let seconds = insert::seats(&mut state, begin as usize + 1, rng);
        let both = |seat: Seat| Seat { staff: [first.staff[0], seat.staff[0]], start: first.start, ..seat };
        seconds.into_iter().map(both).collect()
    }
}

/// The genes of a plan with every visit put in that must be made and can be.
pub(crate) fn complete(day: &Day, instance: &Instance, plan: &Plan) -> Genes {
    let mut state = State::empty(instance);
    state.load(&warm::genes(day, instance, plan));
    insert::insert_missing(&mut state, &mut Rng::new(1));
    let mut genes = Genes::default();
    state.save(&mut genes);
    genes
}
