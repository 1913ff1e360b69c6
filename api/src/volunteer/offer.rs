//! What of the actions that her state allows is offered to whom. Pure.

use super::domain::VolunteerAction;

/// How whoever looks at a volunteer stands to her, and what is missing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Onlooker {
    /// Herself, a relative, or who acts for her.
    pub(super) related: bool,
    /// Who typed in her identity, where that keeps one from confirming it.
    pub(super) typed: bool,
    /// She is a child, and her guardian has not consented.
    pub(super) guardian_missing: bool,
}

impl Onlooker {
    /// Whether she would not be refused at once: a button that only refuses is none.
    pub(super) const fn may(self, action: VolunteerAction) -> bool {
        match action {
            VolunteerAction::Verify => !self.related && !self.typed && !self.guardian_missing,
            VolunteerAction::Reinstate => !self.related && !self.guardian_missing,
            VolunteerAction::Suspend
            | VolunteerAction::Correct
            | VolunteerAction::CorrectPhone
            | VolunteerAction::Reject
            | VolunteerAction::Close => !self.related,
            VolunteerAction::Update => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use VolunteerAction as A;

    const STRANGER: Onlooker = Onlooker { related: false, typed: false, guardian_missing: false };

    fn refused(by: Onlooker) -> Vec<A> {
        A::ALL.into_iter().filter(|action| !by.may(*action)).collect()
    }

    #[test]
    fn only_what_is_not_refused_is_offered() {
        assert!(refused(STRANGER).is_empty());
        assert_eq!(refused(Onlooker { typed: true, ..STRANGER }), [A::Verify]);
        let child = Onlooker { guardian_missing: true, ..STRANGER };
        assert_eq!(refused(child), [A::Verify, A::Reinstate]);
        let related = refused(Onlooker { related: true, ..STRANGER });
        assert_eq!(related.len(), A::ALL.len() - 1);
        assert!(!related.contains(&A::Update));
    }
}
