//! Draws every sample again, for the audit.

use entity::ids::SampleId;
use entity::supervision_sample::{self, SampleState};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

use super::draw::{Chance, digest, draw, is_promised, line};
use super::repository;

/// A sample that is not what it says.
#[derive(Debug)]
pub(crate) struct Misdrawn {
    pub(crate) id: SampleId,
    pub(crate) found: String,
}

/// Every sample whose population, seed or draw does not agree with what was published.
///
/// # Errors
/// The database's.
pub(crate) async fn run(db: &impl ConnectionTrait) -> Result<Vec<Misdrawn>, DbErr> {
    let mut found = Vec::new();
    for sample in supervision_sample::Entity::find().all(db).await? {
        if let Some(fault) = fault(db, &sample).await? {
            found.push(Misdrawn { id: sample.id, found: fault.to_owned() });
        }
    }
    Ok(found)
}

async fn fault(
    db: &impl ConnectionTrait,
    sample: &supervision_sample::Model,
) -> Result<Option<&'static str>, DbErr> {
    let cases = repository::list_cases(db, sample.id).await?;
    let lines = || cases.iter().map(|case| case.line.as_str());
    if i32::try_from(cases.len()) != Ok(sample.population_count)
        || digest(lines()) != sample.population_digest
        || !cases.is_sorted_by(|one, other| one.line < other.line)
    {
        return Ok(Some("the population is not the one published"));
    }
    if cases.iter().any(|case| case.line != line(sample.kind, case.case_id)) {
        return Ok(Some("a line does not stand for its case"));
    }
    let mut drawn: Vec<_> =
        cases.iter().filter_map(|case| Some((case.draw_order?, case.position))).collect();
    drawn.sort_unstable();
    let Some(seed) = sample.seed.as_deref().filter(|_| sample.state == SampleState::Drawn) else {
        return Ok((!drawn.is_empty()).then_some("drawn without a seed"));
    };
    if !is_promised(seed, &sample.commitment) {
        return Ok(Some("the seed is not the one promised"));
    }
    let chance = Chance { seed, nonce: &sample.nonce, digest: &sample.population_digest };
    let expected = draw(lines(), chance, usize::try_from(sample.size).unwrap_or_default());
    let drawn: Vec<_> = drawn.into_iter().map(|(_, position)| position).collect();
    Ok((drawn != expected).then_some("the draw is not the one of the seed"))
}
