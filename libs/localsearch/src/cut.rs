//! The cheapest cut of a graph in two, by Dinic's maximum flow (1970).

/// More than any flow; an arc of this capacity is never cut.
pub(crate) const UNCUT: i64 = i64::MAX / 4;

/// A graph whose arcs stand and whose capacities change from cut to cut.
#[derive(Debug, Clone)]
pub(crate) struct Graph {
    /// The node that each arc leads to; arc `i ^ 1` leads back.
    to: Vec<u32>,
    capacity: Vec<i64>,
    /// The arcs of all nodes, node by node, and where each node's begin.
    arcs: Vec<u32>,
    begin: Vec<u32>,
    level: Vec<u32>,
    next: Vec<u32>,
}

const UNSEEN: u32 = u32::MAX;

impl Graph {
    /// A graph with so many nodes and these pairs of arcs, one from the first node to the second, one back.
    pub(crate) fn new(nodes: usize, pairs: &[(usize, usize)]) -> Self {
        let to: Vec<u32> = pairs.iter().flat_map(|&(one, other)| [other as u32, one as u32]).collect();
        let from = |arc: usize| to[arc ^ 1] as usize;
        let mut begin = vec![0_u32; nodes + 1];
        (0..to.len()).for_each(|arc| begin[from(arc) + 1] += 1);
        (0..nodes).for_each(|node| begin[node + 1] += begin[node]);
        let mut place = begin.clone();
        let mut arcs = vec![0; to.len()];
        for arc in 0..to.len() {
            arcs[place[from(arc)] as usize] = arc as u32;
            place[from(arc)] += 1;
        }
        Graph { capacity: vec![0; to.len()], to, arcs, begin, level: vec![0; nodes], next: vec![0; nodes] }
    }

    /// Sets what may flow along a pair of arcs, there and back.
    pub(crate) fn set(&mut self, pair: usize, there: i64, back: i64) {
        self.capacity[2 * pair] = there;
        self.capacity[2 * pair + 1] = back;
    }

    /// Cuts `source` from `sink` where it costs least. Returns the cost; [`Graph::is_with_source`] tells the sides.
    pub(crate) fn cut(&mut self, source: usize, sink: usize) -> i64 {
        let mut flow = 0;
        while self.find_levels(source, sink) {
            self.next.copy_from_slice(&self.begin[..self.level.len()]);
            let mut path = Vec::new();
            while self.find_path(source, sink, &mut path) {
                let least = path.iter().map(|&arc: &usize| self.capacity[arc]).min().unwrap_or(0);
                for &arc in &path {
                    self.capacity[arc] -= least;
                    self.capacity[arc ^ 1] += least;
                }
                flow += least;
                path.clear();
            }
        }
        flow
    }

    /// True where a node is on the side of the source after a cut.
    pub(crate) fn is_with_source(&self, node: usize) -> bool {
        self.level[node] != UNSEEN
    }

    /// How many arcs with capacity left each node is from the source; false where the sink is out of reach.
    fn find_levels(&mut self, source: usize, sink: usize) -> bool {
        self.level.fill(UNSEEN);
        self.level[source] = 0;
        let mut queue = vec![source];
        let mut done = 0;
        while let Some(&node) = queue.get(done) {
            done += 1;
            for &arc in &self.arcs[self.begin[node] as usize..self.begin[node + 1] as usize] {
                let there = self.to[arc as usize] as usize;
                if self.capacity[arc as usize] > 0 && self.level[there] == UNSEEN {
                    self.level[there] = self.level[node] + 1;
                    queue.push(there);
                }
            }
        }
        self.level[sink] != UNSEEN
    }

    /// A path from source to sink on which every arc leads one level on; dead ends are never entered again.
    fn find_path(&mut self, source: usize, sink: usize, path: &mut Vec<usize>) -> bool {
        let mut node = source;
        while node != sink {
            let end = self.begin[node + 1];
            let onward = (self.next[node]..end).find(|&place| {
                let arc = self.arcs[place as usize] as usize;
                self.capacity[arc] > 0 && self.level[self.to[arc] as usize] == self.level[node] + 1
            });
            self.next[node] = onward.unwrap_or(end);
            if let Some(place) = onward {
                let arc = self.arcs[place as usize] as usize;
                path.push(arc);
                node = self.to[arc] as usize;
            } else {
                let Some(arc) = path.pop() else { return false };
                node = self.to[arc ^ 1] as usize;
                self.next[node] += 1;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn no_other_cut_is_cheaper() {
        for seed in 0..200 {
            let mut rng = Rng::new(seed);
            let nodes = 2 + rng.below(6);
            let pairs: Vec<(usize, usize)> =
                (0..rng.below(15)).map(|_| (rng.below(nodes), rng.below(nodes))).collect();
            let mut graph = Graph::new(nodes, &pairs);
            let capacities: Vec<[i64; 2]> =
                pairs.iter().map(|_| [rng.below(20) as i64, rng.below(20) as i64]).collect();
            for (pair, capacity) in capacities.iter().enumerate() {
                graph.set(pair, capacity[0], capacity[1]);
            }
            let cost = |is_with_source: &dyn Fn(usize) -> bool| -> i64 {
                let sides = pairs.iter().map(|&(one, other)| (is_with_source(one), is_with_source(other)));
                sides
                    .zip(&capacities)
                    .map(|(sides, capacity)| match sides {
                        (true, false) => capacity[0],
                        (false, true) => capacity[1],
                        (true, true) | (false, false) => 0,
                    })
                    .sum()
            };
            // The first node is the source, the second the sink.
            let least = (0..1_usize << nodes)
                .filter(|side| side & 3 == 1)
                .map(|side| cost(&|node| side >> node & 1 == 1));
            let found = graph.cut(0, 1);
            assert_eq!(Some(found), least.min(), "graph {seed}");
            assert_eq!(cost(&|node| graph.is_with_source(node)), found, "graph {seed}");
        }
    }
}
