//! What an entry of the log tells of, in a few words for people: by its type alone.

use duly_core::entry::kind;
use duly_core::review::document;
use duly_store as store;

/// Types of entries and what they tell of. A type that is not here is shown as it is.
const TOLD: &[(&str, &str)] = &[
    (kind::LOG_OPEN, "log begun"),
    (
        kind::CLIENT_CHANGE,
        "client moved to another zone or calendar",
    ),
    (kind::PROCESS_PUBLISH, "version of a process published"),
    (kind::CALENDAR_PUBLISH, "calendar published"),
    (kind::ZONE_PUBLISH, "time zone published"),
    (kind::ASSET_ADD, "asset taken into care"),
    (kind::ASSET_RETIRE, "asset retired"),
    (kind::EXCEPTION_GRANT, "exception granted"),
    (kind::PLAN_SIGN, "service plan signed"),
    (kind::DUTY_OPEN, "ticket opened"),
    (kind::DUTY_MISS, "duty missed"),
    (kind::DUTY_WAIVE, "duty waived"),
    (
        kind::RUN_START,
        "verification announced, before its draw was known",
    ),
    (kind::ASSET_CHANGE, "asset changed"),
    (document::CLOSE, "month closed for the spot check"),
    (document::DRAW, "spot check drawn"),
    (document::OPEN, "review opened"),
    (document::AGREE, "review: as recorded"),
    (
        document::DISAGREE,
        "review: not as recorded, to be done again",
    ),
    (document::BUDGET, "reviewers’ weekly minutes set"),
    (store::ABSENCE_ADD, "absence entered"),
    (store::ABSENCE_END, "absence ended"),
    (store::ASSET_CLAIM, "something seen became an asset"),
    (
        store::ASSET_DISMISS,
        "something seen is nobody’s, with a reason",
    ),
    (store::ASSET_IMPORT, "list of assets imported"),
    (store::CLIENT_RENAME, "client called otherwise"),
    (store::CONNECTION_KEEP, "connection kept"),
    (store::CONNECTION_REMOVE, "connection removed"),
    (
        store::CONTROL_PROVE,
        "rules of quality control tried on planted faults",
    ),
    (store::DULY_DOWN, "duly was down"),
    (store::EVIDENCE_ADD, "file left"),
    (store::EXCEPTION_ASK, "exception asked for"),
    (store::EXCEPTION_REFUSE, "exception refused"),
    (store::EXCEPTION_WITHDRAW, "exception withdrawn"),
    (store::MEASURE_RESTART, "limits of a measure started anew"),
    (store::MIRROR_ACT, "mirror in a help desk changed"),
    (store::NOTE_ADD, "comment left"),
    (store::PERSON_INVITE, "invited"),
    (store::PERSON_REMOVE, "removed"),
    (store::PERSON_RESET, "every way in taken away"),
    (store::PASSWORD_SET, "password set"),
    (store::CODES_END, "codes no longer asked for"),
    (store::PASSKEY_ADD, "passkey added"),
    (store::PASSKEY_REMOVE, "passkey removed"),
    (store::PING_DECLARE, "job that pings declared"),
    (store::PING_ROTATE, "address of a job drawn anew"),
    (store::PING_REMOVE, "job that pings no longer listened to"),
    (store::PLAN_DECIDE, "client’s word on a thinner plan"),
    (store::PLAN_PROPOSE, "thinner plan put to the client"),
    (store::PREFERENCES_KEEP, "what somebody is told changed"),
    (store::PROCESS_CHANGE, "process changed on a page"),
    (store::READINGS, "a month’s figures, final"),
    (store::RECOUNT, "recounted from nothing"),
    (store::REWORK_DONE, "done again"),
    (store::SILENCE_ASK, "silence asked for"),
    (store::SILENCE_DECIDE, "silence decided"),
    (store::STEP_SKIP, "step left out"),
    (store::STEP_AGAIN, "step to be measured again"),
    (store::TECHNICIANS_SET, "technicians named"),
    (store::TICKET_HANDOVER, "handed over"),
    (
        store::TICKET_REOPEN,
        "to be done again; it stays counted as it was",
    ),
    (store::TICKET_SNOOZE, "snoozed, out of the queue"),
    (store::TICKET_WAKE, "brought back into the queue"),
    (store::TOKEN_MAKE, "token made for a program"),
    (store::TOKEN_REVOKE, "token revoked"),
    (store::WARNING_ACKNOWLEDGE, "warning taken on"),
    (store::WARNING_CLEAR, "warning ended"),
    (store::WARNING_ESCALATE, "warning climbed a rung"),
    (store::WARNING_RAISE, "warning raised"),
];

/// What an entry of this type tells of.
pub(crate) fn told(kind: &str) -> &str {
    let known = TOLD.iter().find(|(known, _)| *known == kind);
    known.map_or(kind, |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_is_told_once() {
        let mut kinds: Vec<&str> = TOLD.iter().map(|(kind, _)| *kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), TOLD.len());
        assert_eq!(told("x.of.tomorrow"), "x.of.tomorrow");
    }
}
