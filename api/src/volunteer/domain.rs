//! Rules about volunteers: who may be registered, and what may become of her. Pure.

use chrono::NaiveDate;
use entity::consent::ConsentPurpose;
use entity::volunteer::{IdType, VolunteerState};
use serde::Serialize;
use utoipa::ToSchema;

use crate::platform::text::document_number::DocumentNumber;
use crate::platform::text::id_number::{Gender, IdNumber};
use crate::platform::text::mask::mask_person_name;

/// Below this age a person is a minor (civil code art. 17).
const FULL_AGE: i32 = 18;
/// Nobody alive is older.
const OLDEST: i32 = 125;

/// A name as others may see it: `张*兰`.
#[must_use]
pub(crate) fn masked_name(name: &str) -> String {
    // What stands for somebody who has left is no name, and hides nothing.
    if name == super::closing::NAME { name.to_owned() } else { mask_person_name(name) }
}

/// Whole years lived on `today`; who was born on 29 February ages on 1 March.
#[must_use]
pub(super) fn age_on(birth_date: NaiveDate, today: NaiveDate) -> i32 {
    today.years_since(birth_date).and_then(|years| i32::try_from(years).ok()).unwrap_or(0)
}

/// Whether reading her data is reading a minor's data.
#[must_use]
pub(super) fn is_minor(birth_date: NaiveDate, today: NaiveDate) -> bool {
    age_on(birth_date, today) < FULL_AGE
}

/// Whether nothing may happen before her guardian consented.
#[must_use]
pub(super) fn needs_guardian(birth_date: NaiveDate, today: NaiveDate, guardian_age: i16) -> bool {
    age_on(birth_date, today) < i32::from(guardian_age)
}

/// What is wrong with the identity a person gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IdentityFault {
    /// In the future, or too long ago.
    BirthDate,
    /// Not one of 0, 1, 2, 9 (GB/T 2261.1).
    Gender,
    /// The number is none of its kind; in words.
    Number(&'static str),
    /// The number says another birth date.
    BirthDateDiffers,
    /// The number says another gender.
    GenderDiffers,
}

/// Checks a document against what the person says of herself. The numbers of resident
/// identity cards and of residence permits contain birth date and gender (GB 11643).
pub(super) fn check_identity(
    id_type: IdType,
    number: &DocumentNumber,
    birth_date: NaiveDate,
    gender: i16,
    today: NaiveDate,
) -> Result<(), IdentityFault> {
    if birth_date > today || age_on(birth_date, today) > OLDEST {
        return Err(IdentityFault::BirthDate);
    }
    if !matches!(gender, 0 | 1 | 2 | 9) {
        return Err(IdentityFault::Gender);
    }
    let permit = match id_type {
        IdType::ResidentId => false,
        IdType::Permit => true,
        IdType::Passport | IdType::Other => {
            let resident = IdNumber::parse(&number.canonical()).is_ok();
            let fault = IdentityFault::Number("这是居民身份证或居住证的号码，请选择相应的证件类型");
            return if resident { Err(fault) } else { Ok(()) };
        }
    };
    let number = IdNumber::parse(&number.canonical())
        .map_err(|_| IdentityFault::Number("证件号码不正确，请核对每一位"))?;
    if number.is_residence_permit() != permit {
        return Err(IdentityFault::Number("证件号码与证件类型不符"));
    }
    if number.birth_date() != birth_date {
        return Err(IdentityFault::BirthDateDiffers);
    }
    let coded = match number.gender() {
        Gender::Male => 1,
        Gender::Female => 2,
    };
    if coded == gender { Ok(()) } else { Err(IdentityFault::GenderDiffers) }
}

/// What is wrong with the consents given at registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConsentFault {
    /// Without consent to enrol nothing may be stored.
    EnrolMissing,
    /// The purpose at this place was named before.
    Twice(usize),
    /// Only a guardian gives a guardian's consent.
    Guardian(usize),
}

/// Checks the purposes consented to. Only `enrol` is needed; refusing all others is a
/// right (personal information protection law art. 16).
pub(super) fn check_consents(purposes: &[ConsentPurpose]) -> Result<(), ConsentFault> {
    for (at, purpose) in purposes.iter().enumerate() {
        if *purpose == ConsentPurpose::Guardian {
            return Err(ConsentFault::Guardian(at));
        }
        if purposes.iter().take(at).any(|earlier| earlier == purpose) {
            return Err(ConsentFault::Twice(at));
        }
    }
    let enrols = purposes.contains(&ConsentPurpose::Enrol);
    if enrols { Ok(()) } else { Err(ConsentFault::EnrolMissing) }
}

/// 对志愿者可进行的操作
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VolunteerAction {
    /// 核验通过
    Verify,
    /// 暂停
    Suspend,
    /// 恢复
    Reinstate,
    /// 修改资料
    Update,
    /// 更正身份信息
    Correct,
    /// 更正电话
    CorrectPhone,
    /// 登记不予通过
    Reject,
    /// 注销
    Close,
}

impl VolunteerAction {
    /// Every action.
    pub(super) const ALL: [Self; 8] = [
        Self::Verify,
        Self::Suspend,
        Self::Reinstate,
        Self::Update,
        Self::Correct,
        Self::CorrectPhone,
        Self::Reject,
        Self::Close,
    ];

    /// The states it may start from, and where it leads; `None` leaves the state.
    const fn edge(self) -> (&'static [VolunteerState], Option<VolunteerState>) {
        use VolunteerState::{Active, Disqualified, PendingVerification, Suspended};
        match self {
            Self::Verify => (&[PendingVerification], Some(Active)),
            Self::Suspend => (&[Active], Some(Suspended)),
            Self::Reinstate => (&[Suspended], Some(Active)),
            // Data are corrected whatever she did (PIPL article 46): where to reach her, always.
            Self::Update | Self::CorrectPhone => {
                (&[PendingVerification, Active, Suspended, Disqualified], None)
            }
            // A suspension is ended by reinstating, never by a detour over verification.
            Self::Correct => (&[PendingVerification, Active], Some(PendingVerification)),
            Self::Reject => (&[PendingVerification], Some(VolunteerState::Closed)),
            // Nobody sheds a lost year by leaving and registering again; a suspension only who is
            // suspended for want of a guardian (what stands in the way is asked at the closing).
            Self::Close => {
                (&[PendingVerification, Active, Suspended], Some(VolunteerState::Closed))
            }
        }
    }

    /// The journal's word for it.
    pub(super) const fn event(self) -> &'static str {
        match self {
            Self::Verify => "volunteer.verified",
            Self::Suspend => "volunteer.suspended",
            Self::Reinstate => "volunteer.reinstated",
            Self::Update => "volunteer.updated",
            Self::Correct | Self::CorrectPhone => "volunteer.corrected",
            Self::Reject => "volunteer.rejected",
            Self::Close => "volunteer.closed",
        }
    }

    /// The state after it, or nothing when it is not for this state.
    pub(super) fn apply(self, state: VolunteerState) -> Option<VolunteerState> {
        let (from, to) = self.edge();
        from.contains(&state).then(|| to.unwrap_or(state))
    }

    /// Whether it comes too late: who was verified once is refused no more, whatever of her waits
    /// to be verified again. It would strand her points, and go round what keeps her from leaving.
    pub(super) fn is_too_late(self, admitted: bool) -> bool {
        admitted && self == Self::Reject
    }
}

/// What may be done with a volunteer in this state by whoever manages volunteers.
pub(super) fn actions(state: VolunteerState, admitted: bool) -> Vec<VolunteerAction> {
    let open = |one: &VolunteerAction| one.apply(state).is_some() && !one.is_too_late(admitted);
    VolunteerAction::ALL.into_iter().filter(open).collect()
}

/// Why a volunteer is not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VerifyRefusal {
    /// Not pending.
    WrongState,
    /// Herself, a relative, or who acts for her.
    Related,
    /// The verifier typed in herself what she would confirm.
    Registrar,
    /// A child without her guardian's consent.
    GuardianConsentMissing,
    /// The number on the document in the verifier's hand was not typed in.
    NumberMissing,
    /// It is not the number that was registered.
    NumberDiffers,
}

/// How the document in the verifier's hand compares with what was registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberShown {
    Agrees,
    Differs,
    /// Nothing was typed in.
    Missing,
    /// Only tried, without the document at hand.
    NotNeeded,
}

/// How whoever verifies stands to the volunteer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verifier {
    /// A second person, with no hand in it.
    Independent,
    /// Herself, a relative, or who acts for her.
    Related,
    /// Who typed in the identity, and may not confirm it herself here.
    Registrar,
}

/// What is known when a volunteer is to be verified.
#[derive(Clone, Copy, Debug)]
pub(super) struct VerificationCase {
    pub(super) state: VolunteerState,
    pub(super) verifier: Verifier,
    pub(super) number: NumberShown,
    pub(super) needs_guardian: bool,
    pub(super) guardian_consented: bool,
}

/// Decides whether a volunteer may be verified.
pub(super) fn decide_verification(case: VerificationCase) -> Result<VolunteerState, VerifyRefusal> {
    let next = VolunteerAction::Verify.apply(case.state).ok_or(VerifyRefusal::WrongState)?;
    match case.verifier {
        Verifier::Independent => {}
        Verifier::Related => return Err(VerifyRefusal::Related),
        Verifier::Registrar => return Err(VerifyRefusal::Registrar),
    }
    if case.needs_guardian && !case.guardian_consented {
        return Err(VerifyRefusal::GuardianConsentMissing);
    }
    match case.number {
        NumberShown::Agrees | NumberShown::NotNeeded => Ok(next),
        NumberShown::Missing => Err(VerifyRefusal::NumberMissing),
        NumberShown::Differs => Err(VerifyRefusal::NumberDiffers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn checked(id_type: IdType, number: &str, born: &str, gender: i16) -> Option<IdentityFault> {
        let number = DocumentNumber::parse(number).unwrap();
        check_identity(id_type, &number, day(born), gender, day("2026-11-24")).err()
    }

    #[test]
    fn a_resident_number_must_agree_with_birth_date_and_gender() {
        use IdentityFault as F;
        let (card, number) = (IdType::ResidentId, "11010519491231002X");
        assert_eq!(checked(card, number, "1949-12-31", 2), None);
        assert_eq!(checked(card, number, "1949-12-30", 2), Some(F::BirthDateDiffers));
        assert_eq!(checked(card, number, "1949-12-31", 1), Some(F::GenderDiffers));
        assert_eq!(checked(card, number, "1949-12-31", 0), Some(F::GenderDiffers));
        assert_eq!(checked(card, number, "1949-12-31", 3), Some(F::Gender));
        assert!(matches!(checked(card, "110105194912310021", "1949-12-31", 2), Some(F::Number(_))));
        assert!(matches!(checked(IdType::Permit, number, "1949-12-31", 2), Some(F::Number(_))));
        assert_eq!(checked(card, "１１０１０５-１９４９１２３１-002x", "1949-12-31", 2), None);
        for other in [IdType::Passport, IdType::Other] {
            assert_eq!(checked(other, "E1234567", "1949-12-31", 9), None);
            let hidden = checked(other, "110105(19491231)002X", "1949-12-31", 2);
            assert!(matches!(hidden, Some(F::Number(_))));
        }
        assert_eq!(checked(IdType::Other, "军0001", "2026-11-25", 9), Some(F::BirthDate));
        assert_eq!(checked(IdType::Other, "军0001", "1899-01-01", 9), Some(F::BirthDate));
    }

    #[test]
    fn age_turns_on_the_birthday() {
        assert_eq!(age_on(day("2012-11-25"), day("2026-11-24")), 13);
        assert_eq!(age_on(day("2012-11-24"), day("2026-11-24")), 14);
        assert!(needs_guardian(day("2012-11-25"), day("2026-11-24"), 14));
        assert!(!needs_guardian(day("2012-11-24"), day("2026-11-24"), 14));
        assert!(is_minor(day("2008-11-25"), day("2026-11-24")));
        assert!(!is_minor(day("2008-11-24"), day("2026-11-24")));
        assert_eq!(age_on(day("2012-02-29"), day("2026-02-28")), 13);
        assert_eq!(age_on(day("2012-02-29"), day("2026-03-01")), 14);
    }

    #[test]
    fn only_the_consent_to_enrol_is_needed() {
        use ConsentPurpose::{Enrol, Guardian, Leaderboard, Sms};
        assert_eq!(check_consents(&[Enrol]), Ok(()));
        assert_eq!(check_consents(&[Leaderboard, Enrol]), Ok(()));
        assert_eq!(check_consents(&[]), Err(ConsentFault::EnrolMissing));
        assert_eq!(check_consents(&[Leaderboard, Sms]), Err(ConsentFault::EnrolMissing));
        assert_eq!(check_consents(&[Enrol, Sms, Sms]), Err(ConsentFault::Twice(2)));
        assert_eq!(check_consents(&[Enrol, Guardian]), Err(ConsentFault::Guardian(1)));
    }

    #[test]
    fn every_pair_of_action_and_state() {
        use VolunteerAction as A;
        use VolunteerState as S;
        let allowed = [
            (A::Verify, S::PendingVerification, S::Active),
            (A::Suspend, S::Active, S::Suspended),
            (A::Reinstate, S::Suspended, S::Active),
            (A::Update, S::PendingVerification, S::PendingVerification),
            (A::Update, S::Active, S::Active),
            (A::Update, S::Suspended, S::Suspended),
            (A::Update, S::Disqualified, S::Disqualified),
            (A::Correct, S::PendingVerification, S::PendingVerification),
            (A::Correct, S::Active, S::PendingVerification),
            (A::CorrectPhone, S::PendingVerification, S::PendingVerification),
            (A::CorrectPhone, S::Active, S::Active),
            (A::CorrectPhone, S::Suspended, S::Suspended),
            (A::CorrectPhone, S::Disqualified, S::Disqualified),
            (A::Reject, S::PendingVerification, S::Closed),
            (A::Close, S::PendingVerification, S::Closed),
            (A::Close, S::Active, S::Closed),
            (A::Close, S::Suspended, S::Closed),
        ];
        for action in A::ALL {
            for state in S::iter() {
                let expected = allowed.iter().find(|(a, s, _)| (*a, *s) == (action, state));
                assert_eq!(action.apply(state), expected.map(|(.., to)| *to), "{action:?} {state}");
            }
        }
        assert!(actions(S::Closed, true).is_empty());
        assert!(actions(S::PendingVerification, false).contains(&A::Reject));
        let again = actions(S::PendingVerification, true);
        assert!(!again.contains(&A::Reject) && again.contains(&A::Verify));
    }

    #[test]
    fn nobody_verifies_herself_and_a_child_needs_her_guardian() {
        let good = VerificationCase {
            state: VolunteerState::PendingVerification,
            verifier: Verifier::Independent,
            number: NumberShown::Agrees,
            needs_guardian: false,
            guardian_consented: false,
        };
        assert_eq!(decide_verification(good), Ok(VolunteerState::Active));
        let own = VerificationCase { verifier: Verifier::Related, ..good };
        assert_eq!(decide_verification(own), Err(VerifyRefusal::Related));
        let typed = VerificationCase { verifier: Verifier::Registrar, ..good };
        assert_eq!(decide_verification(typed), Err(VerifyRefusal::Registrar));
        let number = |number| decide_verification(VerificationCase { number, ..good });
        assert_eq!(number(NumberShown::Differs), Err(VerifyRefusal::NumberDiffers));
        assert_eq!(number(NumberShown::Missing), Err(VerifyRefusal::NumberMissing));
        assert_eq!(number(NumberShown::NotNeeded), Ok(VolunteerState::Active));
        let child = VerificationCase { needs_guardian: true, ..good };
        assert_eq!(decide_verification(child), Err(VerifyRefusal::GuardianConsentMissing));
        let agreed = VerificationCase { guardian_consented: true, ..child };
        assert_eq!(decide_verification(agreed), Ok(VolunteerState::Active));
        let again = VerificationCase { state: VolunteerState::Active, ..good };
        assert_eq!(decide_verification(again), Err(VerifyRefusal::WrongState));
    }
}
