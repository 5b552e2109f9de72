//! Ways of signing in and reasons to refuse it, in words.

use duly_store::{Way, WhyRefused};

/// `a password and a code`.
#[must_use]
pub fn way(way: Way) -> &'static str {
    match way {
        Way::Link => "a one-time link",
        Way::Invitation => "an invitation",
        Way::Password => "a password alone",
        Way::PasswordAndCode => "a password and a code",
        Way::PasswordAndRecoveryCode => "a password and a recovery code",
        Way::Passkey => "a passkey",
        Way::IdentityProvider => "the identity provider",
    }
}

/// `another password`.
#[must_use]
pub fn why(why: WhyRefused) -> &'static str {
    match why {
        WhyRefused::NoSuchPerson => "nobody has this mail address",
        WhyRefused::NoPassword => "there is no password",
        WhyRefused::WrongPassword => "another password",
        WhyRefused::WrongCode => "another code",
        WhyRefused::UsedCode => "a code that was used before",
        WhyRefused::WrongPasskey => "a passkey that does not hold",
        WhyRefused::NotInvited => "nobody was invited with this address",
        WhyRefused::OtherSubject => "somebody else at the identity provider",
        WhyRefused::WrongAnswer => "an answer of the identity provider that does not hold",
        WhyRefused::NoLonger => "the person’s time is over",
        WhyRefused::SpentLink => "a link that works no longer",
    }
}
