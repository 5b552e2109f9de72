//! The pages about one client, as links: what is in care, who tells of it, what was promised.

use askama::Template;
use askama::filters::HtmlSafe;

/// One page about a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientPage {
    /// The month: the equation, the missed, the assets.
    Month,
    /// Measures and what changes.
    Oversight,
    /// The questions that an owner should ask.
    Answers,
    /// Assets.
    Assets,
    /// Sites.
    Sites,
    /// What is seen and nobody's.
    Unclaimed,
    /// Jobs that ping.
    Pings,
    /// What is promised.
    Plan,
    /// Name, zone, calendar.
    Settings,
}

impl ClientPage {
    const ALL: [Self; 9] = [
        Self::Month,
        Self::Oversight,
        Self::Answers,
        Self::Assets,
        Self::Sites,
        Self::Unclaimed,
        Self::Pings,
        Self::Plan,
        Self::Settings,
    ];

    fn label(self) -> &'static str {
        match self {
            Self::Month => "Month",
            Self::Oversight => "Oversight",
            Self::Answers => "Answers",
            Self::Assets => "Assets",
            Self::Sites => "Sites",
            Self::Unclaimed => "Unclaimed",
            Self::Pings => "Job pings",
            Self::Plan => "Service plan",
            Self::Settings => "Settings",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Month => "",
            Self::Oversight => "/oversight",
            Self::Answers => "/answers",
            Self::Assets => "/assets",
            Self::Sites => "/sites",
            Self::Unclaimed => "/unclaimed",
            Self::Pings => "/pings",
            Self::Plan => "/plan",
            Self::Settings => "/settings",
        }
    }
}

/// The links.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(
    source = r#"<nav class="filter" aria-label="About this client">
{%- for page in self.pages() %}<a href="/clients/{{ client|urlencode }}{{ page.path() }}"
  {%- if page == current %} aria-current="page"{% endif %}>{{ page.label() }}</a>
{%- endfor %}</nav>"#,
    ext = "html"
)]
pub struct ClientNav {
    /// Id of the client.
    pub client: String,
    /// Where the reader is.
    pub current: ClientPage,
    /// Whether the reader may change name, zone and calendar.
    pub keeps_client: bool,
}

impl HtmlSafe for ClientNav {}

impl ClientNav {
    fn pages(&self) -> Vec<ClientPage> {
        let opens = |page: &ClientPage| *page != ClientPage::Settings || self.keeps_client;
        ClientPage::ALL.into_iter().filter(opens).collect()
    }
}
