//! Operations cut into migrations, so that migrations of applications that need each other go in no circle.

use super::order::Placed;
use std::collections::{BTreeMap, BTreeSet};

/// Operations that become one migration, by their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) app: String,
    pub(super) operations: Vec<usize>,
    /// The chunks, by their places, of other applications that it must follow: the last of each.
    pub(super) after: BTreeSet<usize>,
}

/// Cuts operations into chunks, in an order in which they can be applied. An application has one chunk unless another
/// one stands between its operations.
pub(super) fn chunks(placed: &[Placed]) -> Vec<Chunk> {
    let mut open: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, operation) in placed.iter().enumerate() {
        open.entry(operation.app.as_str()).or_default().push(place);
    }
    let mut chunk_of: BTreeMap<usize, usize> = BTreeMap::new();
    let mut chunks: Vec<Chunk> = Vec::new();
    while let Some((app, ready)) = next(placed, &open, &chunk_of) {
        let places: BTreeSet<usize> = ready.iter().copied().collect();
        if let Some(left) = open.get_mut(app) {
            left.retain(|place| !places.contains(place));
            if left.is_empty() {
                open.remove(app);
            }
        }
        chunk_of.extend(ready.iter().map(|place| (*place, chunks.len())));
        let after = followed(placed, &ready, &chunk_of, &chunks);
        chunks.push(Chunk { app: app.to_owned(), operations: ready, after });
    }
    chunks
}

/// The application to go on with and those of its operations that can be done now: one that can be finished, or
/// where applications wait for each other, the first that has anything to do.
fn next<'a>(
    placed: &[Placed],
    open: &BTreeMap<&'a str, Vec<usize>>,
    done: &BTreeMap<usize, usize>,
) -> Option<(&'a str, Vec<usize>)> {
    let ready: Vec<(&str, Vec<usize>)> =
        open.iter().map(|(app, places)| (*app, ready(placed, places, done))).collect();
    let whole = ready.iter().find(|(app, places)| Some(places.len()) == open.get(app).map(Vec::len));
    whole.or_else(|| ready.iter().find(|(_, places)| !places.is_empty())).cloned()
}

/// Those of `places` that follow nothing but what is done or among them.
fn ready(placed: &[Placed], places: &[usize], done: &BTreeMap<usize, usize>) -> Vec<usize> {
    let mut ready: Vec<usize> = Vec::new();
    for place in places {
        let after = &placed[*place].after;
        if after.iter().all(|earlier| done.contains_key(earlier) || ready.contains(earlier)) {
            ready.push(*place);
        }
    }
    ready
}

fn followed(
    placed: &[Placed],
    operations: &[usize],
    chunk_of: &BTreeMap<usize, usize>,
    chunks: &[Chunk],
) -> BTreeSet<usize> {
    // Chunks of one application follow each other, so its last one stands for all.
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    for earlier in operations.iter().flat_map(|place| &placed[*place].after) {
        let Some(chunk) = chunk_of.get(earlier).filter(|chunk| **chunk < chunks.len()) else { continue };
        let app = chunks[*chunk].app.as_str();
        if app != placed[operations[0]].app {
            let newest = last.entry(app).or_insert(*chunk);
            *newest = (*newest).max(*chunk);
        }
    }
    last.into_values().collect()
}
