//! Who belongs to which department, so that no department is a few people.

use std::collections::HashMap;

use sealpost_db::{Conn, CountedUser, ReportDay};
use sealpost_domain::{GroupId, TenantId, UserId};

use crate::TenancyError;

/// Fewer people than this are not shown by themselves.
pub(super) const FEWEST: usize = 5;

/// All who are in no department that is shown.
pub(super) fn others() -> GroupId {
    ReportDay::others()
}

/// The departments of a tenant's users as they are now.
#[derive(Debug, Default)]
pub(super) struct Departments(HashMap<UserId, GroupId>);

impl Departments {
    /// Reads who is in the groups that the policy names as departments. Who is in several belongs to the first.
    pub(super) async fn read(
        conn: &mut Conn,
        tenant: TenantId,
        users: &[CountedUser],
        groups: &[GroupId],
    ) -> Result<Self, TenancyError> {
        let mut members = Vec::with_capacity(groups.len());
        for group in groups {
            // A group of another tenant, or one that was removed, has nobody here.
            if conn.group(tenant, *group).await?.is_some() {
                members.push((*group, conn.group_members(*group).await?));
            }
        }
        Ok(Self::new(users.iter().map(|user| user.id), members))
    }

    /// Folds departments of fewer than five people, and then the smallest of the others as long as those who are left over
    /// are fewer than five themselves: else the total would say what they did.
    fn new(users: impl Iterator<Item = UserId>, groups: Vec<(GroupId, Vec<UserId>)>) -> Self {
        let mut of: HashMap<UserId, GroupId> = users.map(|user| (user, others())).collect();
        for (group, members) in groups {
            for member in members {
                if let Some(place) = of.get_mut(&member).filter(|place| **place == others()) {
                    *place = group;
                }
            }
        }
        let mut people: HashMap<GroupId, usize> = HashMap::new();
        for group in of.values() {
            *people.entry(*group).or_default() += 1;
        }
        let mut left_over = people.remove(&others()).unwrap_or(0);
        let mut shown: Vec<_> = people.into_iter().map(|(group, people)| (people, group)).collect();
        shown.sort_unstable();
        let mut folded = 0;
        for (people, _) in &shown {
            if *people >= FEWEST && (left_over == 0 || left_over >= FEWEST) {
                break;
            }
            left_over += people;
            folded += 1;
        }
        for (_, group) in &shown[..folded] {
            for place in of.values_mut().filter(|place| *place == group) {
                *place = others();
            }
        }
        Self(of)
    }

    /// The department that a user's numbers are counted to; a user who is disabled or gone is among all others.
    pub(super) fn of(&self, user: UserId) -> GroupId {
        self.0.get(&user).copied().unwrap_or_else(others)
    }
}

#[cfg(test)]
mod tests {
    use sealpost_domain::Timestamp;

    use super::*;

    fn user(n: u8) -> UserId {
        UserId::new(Timestamp::from_unix_millis(1), [n; 10])
    }

    fn group(n: u8) -> GroupId {
        GroupId::new(Timestamp::from_unix_millis(1), [n; 10])
    }

    /// The departments' numbers and people, all others as 0.
    fn shown(users: u8, groups: &[std::ops::Range<u8>]) -> Vec<(u8, usize)> {
        let numbers = 1..=u8::try_from(groups.len()).unwrap();
        let groups =
            (1..).zip(groups).map(|(n, members)| (group(n), members.clone().map(user).collect::<Vec<_>>()));
        let departments = Departments::new((0..users).map(user), groups.collect());
        let mut people = std::collections::BTreeMap::new();
        for n in 0..users {
            let department = departments.of(user(n));
            let number = numbers.clone().find(|number| group(*number) == department).unwrap_or(0);
            *people.entry(number).or_default() += 1;
        }
        people.into_iter().collect()
    }

    #[test]
    fn no_department_and_no_rest_is_a_few_people() {
        for (users, groups, expected) in [
            (10, vec![0..5, 5..10], vec![(1, 5), (2, 5)]),
            (10, vec![0..6, 6..10], vec![(0, 10)]),
            (20, vec![0..8, 8..16], vec![(0, 12), (2, 8)]),
            (21, vec![0..8, 8..16], vec![(0, 5), (1, 8), (2, 8)]),
            (20, vec![0..4, 4..10, 10..20], vec![(0, 10), (3, 10)]),
            (14, vec![0..2, 2..5, 5..14], vec![(0, 5), (3, 9)]),
            (4, vec![0..2, 2..4], vec![(0, 4)]),
            (0, vec![], vec![]),
        ] {
            let found = shown(users, &groups);
            let sizes = |found: &[(u8, usize)]| {
                let mut sizes: Vec<_> = found.iter().map(|(group, people)| (*group == 0, *people)).collect();
                sizes.sort_unstable();
                sizes
            };
            assert_eq!(sizes(&found), sizes(&expected), "{users} {groups:?}: {found:?}");
            let few = found.iter().any(|(_, people)| *people < FEWEST) && users >= 5;
            assert!(!few, "{found:?}");
        }
    }

    #[test]
    fn who_is_in_several_departments_belongs_to_the_first() {
        assert_eq!(shown(15, &[0..10, 5..15]), [(1, 10), (2, 5)]);
        let departments = Departments::new((0..5).map(user), vec![(group(1), (0..5).map(user).collect())]);
        assert_eq!(departments.of(user(0)), group(1));
        assert_eq!(departments.of(user(9)), others(), "whoever is gone");
    }
}
