//! The world that is measured. Clients, processes, assets, technicians, exceptions, spot checks and
//! warnings come by the store's own verbs; two years of tickets are inserted in bulk, each with the
//! entries that it would have left (`duly_store::Past`).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use duly_core::assignment::Technicians;
use duly_core::id::{ClientId, PersonId};
use duly_core::process::{Process, Severity};
use duly_core::schedule::duties::duties;
use duly_core::scope::{Client, Exception, WaivedBy};
use duly_store::{
    Firing, Keeper, Keys, Location, NewClient, NewPerson, NewWarning, Page, Person, Role, Settle,
    Store, TicketFilter,
};
use duly_work::clock::Clock;
use duly_work::declaration::{Declaration, DeclaredAsset, DeclaredClient};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use tokio::task::JoinSet;

use crate::Result;
use crate::past::{self, Written};

pub const CLIENTS: usize = 200;
/// Assets of a client by kind: a hundred.
const ASSETS: [(&str, usize); 5] = [
    ("backup", 4),
    ("firewall", 2),
    ("domain", 2),
    ("server", 12),
    ("endpoint", 80),
];
const TECHNICIANS: usize = 20;
const MANAGERS: usize = 3;
/// Clients built at the same time.
const AT_ONCE: usize = 16;
/// Two years.
const DAYS: i32 = 730;
/// A bad week: warnings of one client that nobody cleared.
const WARNINGS: usize = 20;
/// The one process whose months are drawn from: closing and drawing all 72,000 months would take
/// longer than everything else here, and no figure hangs on it.
const SPOT_CHECKED: &str = "acct.review";

/// Written when the building is complete.
const BUILT: &str = "built.txt";

/// Cookies of the people who look.
pub struct Who {
    pub technician: String,
    pub manager: String,
}

fn location(folder: &Path) -> Location {
    Location::Sqlite(folder.join("data").join("duly.sqlite"))
}

/// Builds the world in a folder, unless it lies there; says what it holds.
pub async fn build(folder: &Path, part: usize) -> Result<String> {
    let mark = folder.join(BUILT);
    if let Ok(built) = fs::read_to_string(&mark) {
        return Ok(format!(
            "{built}\n(built before; delete {} to build it anew)",
            folder.display()
        ));
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder.join("data"))?;
    fs::create_dir_all(folder.join("processes"))?;
    fs::write(
        folder.join("duly.toml"),
        "provider = \"Harbour IT\"\ndomain = \"duly.example\"\nlisten = \"127.0.0.1:0\"\n",
    )?;
    let begun = Instant::now();
    let store = Store::open(location(folder), Keys::create(&folder.join("keys"))?).await?;
    // What came due since yesterday's midnight is left for the worker to raise.
    let today = Clock::System.now().to_zoned_datetime(TimeZone::UTC).date();
    let until = midnight(today.yesterday()?);
    let first = today.saturating_sub(DAYS.days());
    let staff = staff(&store, midnight(first)).await?;
    let processes = processes(first);
    let clients: Vec<usize> = (0..CLIENTS).step_by(part.max(1)).collect();
    let told_processes = processes.len();
    let world = World {
        store: store.clone(),
        processes,
        staff,
        first,
        until,
    };
    let written = clients_of(Arc::new(world), &clients).await?;
    let mut told = format!(
        "built in {:.0} s from {first} on: {} clients, {} assets, {} processes of the catalogue, \
         each as often as it says",
        begun.elapsed().as_secs_f64(),
        clients.len(),
        clients.len() * ASSETS.iter().map(|(_, count)| count).sum::<usize>(),
        told_processes,
    );
    told.push_str(&counted(&store, written, today).await?);
    store.close().await;
    fs::write(mark, &told)?;
    Ok(told)
}

/// Builds the clients, some at a time: what they wait for is committed together.
async fn clients_of(world: Arc<World>, clients: &[usize]) -> Result<Written> {
    let begun = Instant::now();
    let mut written = Written::default();
    let mut running = JoinSet::new();
    let mut waiting = clients.iter().copied();
    let mut done = 0;
    loop {
        while running.len() < AT_ONCE
            && let Some(number) = waiting.next()
        {
            let world = Arc::clone(&world);
            running.spawn(async move { world.client(number).await });
        }
        let Some(built) = running.join_next().await else {
            break;
        };
        written.add(built??);
        done += 1;
        eprint!(
            "\r{done} of {} clients, {:.0} s",
            clients.len(),
            begun.elapsed().as_secs_f64()
        );
    }
    eprintln!();
    Ok(written)
}

fn midnight(date: Date) -> Timestamp {
    let zoned = date
        .to_datetime(jiff::civil::Time::midnight())
        .to_zoned_datetime(TimeZone::UTC);
    zoned.map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

/// What the store holds, by its own counts.
async fn counted(store: &Store, written: Written, today: Date) -> Result<String> {
    let clients = store.clients(&Page::widest()).await?.rows;
    let first = today.saturating_sub((DAYS + 40).days());
    let asked: Vec<_> = clients
        .iter()
        .map(|client| (client.scope.id.clone(), first, today))
        .collect();
    let mut sum = [0_u64; 6];
    for (one, _) in store.equations(&asked).await?.into_values() {
        let terms = [
            one.due, one.done, one.late, one.missed, one.waived, one.open,
        ];
        for (sum, term) in sum.iter_mut().zip(terms) {
            *sum += term;
        }
    }
    let [due, done, late, missed, waived, open] = sum;
    let owed = store.owed(None).await?;
    let entries: u64 = store.log_sizes().await?.into_values().sum();
    let Written {
        files,
        runs,
        answers,
    } = written;
    Ok(format!(
        "\n    {due} tickets = {done} done + {late} late + {missed} missed + {waived} waived + \
         {open} open; {owed} of the missed still owed\n    {entries} entries of the logs, \
         {answers} steps answered by people, {runs} runs of probes, {files} files as evidence"
    ))
}

struct Staff {
    technicians: Vec<Person>,
}

async fn staff(store: &Store, now: Timestamp) -> Result<Staff> {
    let provider = ClientId::from(Client::PROVIDER);
    let new = NewClient {
        scope: Client {
            id: provider.clone(),
            tz: "UTC".to_owned(),
            calendar: "weekends".to_owned(),
        },
        name: "Harbour IT".to_owned(),
        origin: "duly.example/provider".to_owned(),
        provider: true,
    };
    duly_work::clients::open(store, new, now).await?;
    let mut technicians = Vec::new();
    for number in 0..TECHNICIANS {
        let new = NewPerson::drawn(&provider, &format!("Technician {number}"), Role::Technician)?;
        technicians.push(store.add_person(new, now).await?);
    }
    for number in 0..MANAGERS {
        let roles = [Role::Manager, Role::Administrator];
        let mut new = NewPerson::drawn(&provider, &format!("Manager {number}"), Role::Manager)?;
        new.roles = roles.into();
        store.add_person(new, now).await?;
    }
    Ok(Staff { technicians })
}

/// The catalogue, in force from a day.
fn processes(first: Date) -> Vec<Process> {
    let mut processes = Vec::new();
    for process in duly_declare::catalogue() {
        let mut process = process.clone();
        process.effective = first;
        if process.process.as_str() != SPOT_CHECKED {
            process.quality_control.spot_check = None;
        }
        processes.push(process);
    }
    processes
}

struct World {
    store: Store,
    processes: Vec<Process>,
    staff: Staff,
    first: Date,
    until: Timestamp,
}

impl World {
    async fn client(&self, number: usize) -> Result<Written> {
        let store = &self.store;
        let mut written = Written::default();
        let began = midnight(self.first);
        let declared = declared(number, &self.processes);
        let id = ClientId::from(declared.id.as_str());
        let declaration = Declaration {
            domain: "duly.example".to_owned(),
            clients: vec![declared],
        };
        duly_work::publish::publish(store, &declaration, began).await?;
        let primary = self.technician(number);
        let both = Technicians {
            primary: primary.clone(),
            backup: Some(self.technician(number + 1)),
        };
        store.set_technicians(&id, both, 0, &primary, began).await?;
        store
            .grant_exception(&id, &exception(&id, self.first), began)
            .await?;
        let published = store.published(&id).await?.ok_or("no such client")?;
        let last = self
            .until
            .to_zoned_datetime(TimeZone::UTC)
            .date()
            .saturating_add(15.days());
        let due = duties(&published, self.first, last)?;
        let past = past::of(&published, due, &primary, self.until, &mut written)?;
        store.write_past(&id, past).await?;
        store.mark_missed(&id, self.until).await?;
        duly_work::reviews::night(store, &id, self.until).await?;
        self.warn(&id).await?;
        store.release_checkpoints(self.until).await?;
        Ok(written)
    }

    fn technician(&self, number: usize) -> PersonId {
        let all = &self.staff.technicians;
        let one = all.get(number % all.len().max(1));
        one.map_or_else(|| "nobody".into(), |person| person.id.clone())
    }

    /// Open warnings, each of a ticket; quality control has looked at everything by then.
    async fn warn(&self, client: &ClientId) -> Result<()> {
        let filter = TicketFilter {
            client: Some(client.clone()),
            slot_from: Some(
                self.until
                    .to_zoned_datetime(TimeZone::UTC)
                    .date()
                    .saturating_sub(30.days()),
            ),
            ..TicketFilter::default()
        };
        let page = Page {
            after: None,
            rows: u32::try_from(WARNINGS)?,
        };
        let tickets = self.store.tickets(&filter, &page).await?.rows;
        let rules = ["missed", "late", "too-fast", "no-evidence", "contradiction"];
        let severities = [Severity::Low, Severity::Medium, Severity::High];
        let mut changes = Vec::new();
        for (number, ticket) in tickets.iter().enumerate() {
            let rule = rules.get(number % rules.len()).copied().unwrap_or("late");
            let severity = severities.get(number % severities.len()).copied();
            changes.push(Settle::Raise(Firing {
                warning: NewWarning {
                    client: client.clone(),
                    rule: rule.to_owned(),
                    about: ticket.id.to_string(),
                    severity: severity.unwrap_or(Severity::Low),
                    message: format!("{}: something that somebody should look at", ticket.process),
                    ticket: Some(ticket.id.clone()),
                },
                source: Some(Keeper::Ticket),
                process: Some(ticket.process.clone()),
                asset: ticket.asset.clone(),
                owner: "manager".to_owned(),
                number: 1,
            }));
        }
        self.store
            .settle_warnings(client, &changes, None, self.until)
            .await?;
        let (_, last) = self.store.control_place(client).await?;
        self.store
            .settle_warnings(client, &[], Some(last), self.until)
            .await?;
        Ok(())
    }
}

fn declared(number: usize, processes: &[Process]) -> DeclaredClient {
    let mut assets = Vec::new();
    for (kind, count) in ASSETS {
        assets.extend((1..=count).map(|one| DeclaredAsset {
            name: format!("{kind} {one}"),
            kind: kind.to_owned(),
            backup: None,
        }));
    }
    DeclaredClient {
        id: format!("c-{number:03}"),
        name: format!("Client no. {number}"),
        tz: "Europe/London".to_owned(),
        calendar: "england".to_owned(),
        processes: processes.to_vec(),
        assets,
    }
}

/// Four weeks in which one weekly process rested.
fn exception(client: &ClientId, first: Date) -> Exception {
    Exception {
        id: format!("e-{client}"),
        client: client.clone(),
        process: Some("av.coverage".into()),
        asset: None,
        from: first.saturating_add(300.days()),
        to: first.saturating_add(327.days()),
        by: WaivedBy::Client,
        granted_at: midnight(first),
        reason: "The office moves.".to_owned(),
        resume: None,
    }
}

/// Signs a technician and a manager in.
pub async fn sign_in(folder: &Path) -> Result<Who> {
    let store = Store::open(location(folder), Keys::open(&folder.join("keys"))?).await?;
    let provider = ClientId::from(Client::PROVIDER);
    let people = store.people(&provider, &Page::widest()).await?.rows;
    let mut cookies = Vec::new();
    for role in [Role::Technician, Role::Manager] {
        let person = people.iter().find(|person| person.roles.contains(&role));
        let person = person.ok_or("nobody of that role")?;
        let now = Clock::System.now();
        let valid = SignedDuration::from_mins(5);
        let link = store
            .create_sign_in_link(&provider, &person.id, valid, now)
            .await?;
        let token = store
            .redeem_sign_in_link(&link, duly_web::SESSION_FOR, now)
            .await?;
        cookies.push(format!("duly={}", token.ok_or("the link does not hold")?));
    }
    store.close().await;
    let manager = cookies.pop().ok_or("no manager")?;
    let technician = cookies.pop().ok_or("no technician")?;
    Ok(Who {
        technician,
        manager,
    })
}

/// The steps of each process that a person answers in words alone.
pub fn steps_in_words() -> BTreeMap<String, Vec<String>> {
    let files = duly_core::evidence::Files::default();
    let mut steps = BTreeMap::new();
    for process in duly_declare::catalogue() {
        let fits = process.checklist.iter().filter(|step| {
            let lacks = duly_core::evidence::lacking(&step.evidence, files);
            step.probe.is_none() && lacks.is_empty()
        });
        let ids = fits.map(|step| step.id.to_string()).collect();
        steps.insert(process.process.to_string(), ids);
    }
    steps
}
