//! The closed set of entry types that bear on completeness. Any other type must begin `x.`, and
//! whoever checks completeness ignores it; an unknown type without that prefix is refused.
//!
//! "Field" names what the entry must commit to, as JSON text; "may have" what it often does.

/// First entry of every log. Fields: `client` (a [`crate::scope::Client`]), `name`.
pub const LOG_OPEN: &str = "log.open";
/// The client's zone or calendar changed. Field: `client`.
pub const CLIENT_CHANGE: &str = "client.change";
/// A process version. Field: `process` (a [`crate::process::Process`]).
pub const PROCESS_PUBLISH: &str = "process.publish";
/// A calendar. Field: `calendar` (a [`crate::schedule::calendar::Calendar`]).
pub const CALENDAR_PUBLISH: &str = "calendar.publish";
/// A zone's transitions. Field: `zone` (a [`crate::schedule::zone::Zone`]).
pub const ZONE_PUBLISH: &str = "zone.publish";
/// An asset came into care. Fields: `asset` (a [`crate::scope::Asset`]), `name`.
pub const ASSET_ADD: &str = "asset.add";
/// An asset left care. Field: `asset`, the same as added but with `until`. May have `reason`.
pub const ASSET_RETIRE: &str = "asset.retire";
/// An exception. Field: `exception` (a [`crate::scope::Exception`]).
pub const EXCEPTION_GRANT: &str = "exception.grant";
/// A service plan. Field: `plan` (a [`crate::scope::ServicePlan`]).
pub const PLAN_SIGN: &str = "plan.sign";
/// A ticket was raised for a duty. May have `ticket`.
pub const DUTY_OPEN: &str = "duty.open";
/// A duty was closed in time or late. `outcome` is `done` or `late`. May have `result`.
pub const DUTY_CLOSE: &str = "duty.close";
/// A duty was not closed by its `missed_at`. `outcome` is `missed`.
pub const DUTY_MISS: &str = "duty.miss";
/// A duty is waived by an exception granted before it was due. `outcome` is `waived`.
pub const DUTY_WAIVE: &str = "duty.waive";
/// A missed duty was done after all; it stays missed. May have `result`.
pub const DUTY_AFTERWARDS: &str = "duty.afterwards";
/// A probe is about to run. Field: `run` (what is drawn from, committed beforehand).
pub const RUN_START: &str = "run.start";
/// What it found; `seen` is the tree head directly after its start. May have `judgement` and
/// `observations`.
pub const RUN_RESULT: &str = "run.result";

/// Everything above.
pub const CLOSED: [&str; 16] = [
    LOG_OPEN,
    CLIENT_CHANGE,
    PROCESS_PUBLISH,
    CALENDAR_PUBLISH,
    ZONE_PUBLISH,
    ASSET_ADD,
    ASSET_RETIRE,
    EXCEPTION_GRANT,
    PLAN_SIGN,
    DUTY_OPEN,
    DUTY_CLOSE,
    DUTY_MISS,
    DUTY_WAIVE,
    DUTY_AFTERWARDS,
    RUN_START,
    RUN_RESULT,
];

/// What the name of every other type begins with.
pub const OPEN_PREFIX: &str = "x.";

/// An asset is called otherwise or lies elsewhere from now on. Of the open types the one that a
/// verifier reads, for the name alone: nothing that is owed hangs on it. Fields: `name`, and `site`
/// where it lies at one.
pub const ASSET_CHANGE: &str = "x.asset.change";
