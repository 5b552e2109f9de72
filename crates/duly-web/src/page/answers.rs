//! `GET /clients/{client}/answers`: the questions that an owner should ask, answered from data.

use std::collections::BTreeMap;

use axum::extract::Path;
use duly_core::review::words::noticing;
use duly_work::oversight::answers::{Answered, answers};

use crate::page::about_client::nav;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::part::client_nav::ClientPage;
use crate::view::answers::{Answers, Framework, Row};
use crate::view::frame::Section;

/// What frameworks are called, by their word in a process file, in the order they are shown in.
const FRAMEWORKS: [(&str, &str); 7] = [
    ("csf2", "NIST Cybersecurity Framework 2.0"),
    ("cis81", "CIS Controls 8.1"),
    ("hipaa", "HIPAA Security Rule, 45 CFR 164"),
    ("soc2", "SOC 2 Trust Services Criteria"),
    ("cmmc1", "CMMC Level 1, FAR 52.204-21"),
    ("cyber_essentials", "Cyber Essentials 3.2"),
    ("iso27001", "ISO/IEC 27001:2022, annex A"),
];

/// Shows it.
pub(crate) async fn show(visit: Visit, Path(client): Path<String>) -> Shown {
    let client = visit.client(&client)?;
    let found = answers(visit.store(), &client.scope.id, visit.now).await?;
    let narrow = |count| u32::try_from(count).unwrap_or(u32::MAX);
    shown(&Answers {
        frame: visit.frame_of(client, Section::Clients),
        client: named(client),
        nav: nav(&visit, client, ClientPage::Answers),
        from: found.from,
        to: found.to,
        equation: found.equation,
        finished: found.finished,
        checked: found.checked,
        power: noticing(narrow(found.finished), narrow(found.checked)),
        uncovered: found.uncovered,
        proven: found.proven,
        checkpoint: found.checkpoint,
        frameworks: frameworks(&found.processes),
        tasks: u64::try_from(found.processes.len()).unwrap_or(u64::MAX),
        processes: found.processes.iter().map(row).collect(),
    })
}

fn row(process: &Answered) -> Row {
    Row {
        id: process.process.to_string(),
        title: process.title.clone(),
        per_year: process.per_year,
        due: process.due,
        done: process.done,
        faults: process.faults,
        last: process.last,
    }
}

/// Requirements by framework; one that no list here knows goes by its word.
fn frameworks(processes: &[Answered]) -> Vec<Framework> {
    let mut served: BTreeMap<&str, BTreeMap<&str, Vec<Row>>> = BTreeMap::new();
    for process in processes {
        for (framework, ids) in &process.satisfies {
            let requirements = served.entry(framework).or_default();
            for id in ids {
                requirements.entry(id).or_default().push(row(process));
            }
        }
    }
    let known = |word: &str| FRAMEWORKS.iter().position(|(name, _)| *name == word);
    let mut served: Vec<_> = served.into_iter().collect();
    served.sort_by_key(|(word, _)| known(word).unwrap_or(FRAMEWORKS.len()));
    let framework = |(word, requirements): (&str, BTreeMap<&str, Vec<Row>>)| {
        let name = known(word).and_then(|place| FRAMEWORKS.get(place));
        let requirements = requirements.into_iter();
        Framework {
            name: name.map_or(word, |(_, name)| name).to_owned(),
            requirements: requirements
                .map(|(id, rows)| (id.to_owned(), rows))
                .collect(),
        }
    };
    served.into_iter().map(framework).collect()
}
