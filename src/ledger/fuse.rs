//! Fuses: what looks more like an accident than like an author's will is held until somebody confirms it.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::outcome::State;
use super::plan::{Ground, Plan, under};
use super::scan::{RootState, Scan};

/// Withdrawals up to this many are never an accident.
const FEW: usize = 10;

/// Why nothing of a scan is published, and what a confirmation would let through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// One sentence a fuse, without a full stop.
    pub reasons: Vec<String>,
    /// Ids that would be withdrawn, ascending.
    pub withdrawn: Vec<String>,
    /// Fingerprints of what would be shown as new, ascending.
    pub arrivals: Vec<String>,
}

/// Looks at a plan. What `confirmed` holds does not count; on a ledger that has never published, nothing old can
/// be shown anew, so the flood fuse rests.
pub fn check(
    ground: &Ground<'_>,
    scan: &Scan,
    plan: &Plan,
    confirmed: Option<&Hold>,
    published_before: bool,
) -> Option<Hold> {
    let mut reasons = Vec::new();
    let known = |list: fn(&Hold) -> &Vec<String>, what: &str| {
        confirmed.is_some_and(|hold| list(hold).binary_search_by(|known| known.as_str().cmp(what)).is_ok())
    };
    let live = |slot: &usize| ground.records[*slot].withdrawn.is_none();
    let leaving: Vec<usize> =
        plan.leaving.iter().copied().filter(|&slot| !known(|hold| &hold.withdrawn, &ground.records[slot].id)).collect();
    for root in &scan.roots {
        let below = |slot: &usize| ground.records[*slot].paths.iter().any(|path| under(path, &root.path));
        let lost = leaving.iter().filter(|slot| below(slot)).count();
        // Only where it matters: it takes a look at every record.
        let all = || (0..ground.records.len()).filter(live).filter(below).count();
        let name = if root.path.is_empty() { "the folder" } else { root.path.as_str() };
        match root.state {
            RootState::Gone if lost > 0 => reasons.push(format!("{name} is gone, with {lost} published items")),
            RootState::Empty if lost > 0 => {
                reasons.push(format!("{name} is empty, {lost} items were published from it"))
            }
            _ if lost > FEW => {
                let all = all();
                if lost * 2 > all {
                    reasons.push(format!("{lost} of the {all} items of {name} would be withdrawn"));
                }
            }
            _ => {}
        }
    }
    let old = arrivals(ground, plan);
    let unconfirmed = old.iter().filter(|print| !known(|hold| &hold.arrivals, print)).count();
    if published_before && unconfirmed > ground.settings.flood {
        reasons.push(format!("{unconfirmed} old items would be shown as new"));
    }
    if reasons.is_empty() {
        return None;
    }
    let mut withdrawn: Vec<String> = plan.leaving.iter().map(|&slot| ground.records[slot].id.clone()).collect();
    withdrawn.sort();
    let mut arrivals = old;
    arrivals.sort();
    arrivals.dedup();
    Some(Hold { reasons, withdrawn, arrivals })
}

/// Fingerprints of the new items that are old news: dated long before, or standing where an old item stood.
fn arrivals(ground: &Ground<'_>, plan: &Plan) -> Vec<String> {
    let limit = ground.now - ground.settings.old_after;
    let left = plan.leaving.iter().map(|&slot| &ground.records[slot]).filter(|record| record.first_seen < limit);
    let places: HashSet<&str> = left.flat_map(|record| record.paths.iter().map(|path| &**path)).collect();
    let records = plan.arriving.iter().map(|&at| &plan.changes[at].record);
    let old = records.filter(|record| record.state(ground.now) == State::Public).filter(|record| {
        let dated = !record.undated && record.published.to_utc() < limit;
        dated || record.paths.iter().any(|path| places.contains(&**path))
    });
    old.map(|record| record.print.full.iter().map(|byte| format!("{byte:02x}")).collect()).collect()
}
