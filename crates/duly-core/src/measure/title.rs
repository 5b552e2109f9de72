//! What a measure is called in front of people.

/// Titles of the measures that the catalogue's processes declare.
const TITLES: &[(&str, &str)] = &[
    ("duties.on-time", "Duties done on time"),
    ("duties.missed", "Duties missed"),
    ("duties.waived", "Duties waived"),
    ("checks.made", "Finished work checked again"),
    ("checks.failed", "Checks that found a fault"),
    ("warnings.acknowledged", "Hours until a warning is taken on"),
    (
        "runs.suspicious",
        "Finished work that looks hasty or copied",
    ),
    ("restore.done", "Restore tests done"),
    ("restore.success", "Restores that compared equal"),
    ("restore.minutes", "Minutes to restore"),
    ("restore.coverage", "Systems restored within a year"),
    ("point.age", "Hours since the oldest proven restore point"),
    ("copy.age", "Hours since the off-site copy"),
    ("jobs.on-time", "Looks at the backup done on time"),
    ("endpoint.coverage", "Endpoints protected, by two sources"),
    (
        "endpoint.disagreement",
        "Endpoints on which sources disagree",
    ),
    ("protection.works", "Protection that stopped its test"),
    ("firmware.current", "Firewalls on supported firmware"),
    (
        "firmware.exposure",
        "Days with a flaw known to be exploited",
    ),
    ("review.done", "Reviews of firewall rules done"),
    (
        "subscriptions.unordered",
        "Subscriptions ending without a renewal",
    ),
    (
        "certificates.unordered",
        "Certificates ending without a renewal",
    ),
    ("vpn.second-factor", "Remote access with a second factor"),
    ("mail.enforced", "Mail domains that refuse forgeries"),
    (
        "patches.exposure",
        "Days with an unpatched flaw known to be exploited",
    ),
    ("accounts.dormant", "Accounts that nobody used for 45 days"),
    ("patches.in-time", "Critical patches within 14 days"),
    ("accounts.second-factor", "Accounts with a second factor"),
    ("exercise.age", "Days since the last exercise"),
];

/// The title of a measure: the catalogue's, or the words of its own name.
#[must_use]
pub fn title(id: &str) -> String {
    let known = TITLES.iter().find(|(name, _)| *name == id);
    if let Some((_, title)) = known {
        return (*title).to_owned();
    }
    let words = id.replace(['.', '-', '_'], " ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_of_somebodys_own_is_called_by_its_name() {
        assert_eq!(title("duties.on-time"), "Duties done on time");
        assert_eq!(title("door.lock-tested"), "Door lock tested");
        assert_eq!(title(""), "");
    }
}
