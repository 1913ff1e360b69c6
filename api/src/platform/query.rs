//! Query parameters, read as strictly as a body: what is wrong is named.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::failure::{Failure, FieldError, Refusal, code};
use super::json;

/// The parameters of a request's query.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(T);

impl<T> Query<T> {
    /// The parameters.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request.query_string()).map(Self))
    }
}

/// Reads a query.
///
/// # Errors
/// `unknown_field`, `missing_field` or `invalid_value` with the parameter's name.
pub fn read<T: DeserializeOwned>(query: &str) -> Result<T, Failure> {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let reader = serde_urlencoded::Deserializer::new(pairs);
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let message = error.inner().to_string();
        let of = match json::data_code(&message) {
            // A parameter given twice is a value nobody can choose.
            of if of == code::MALFORMED_JSON => code::INVALID_VALUE,
            of => of,
        };
        let named = json::quoted(&message).filter(|_| message.contains(" field `"));
        let path = error.path().to_string();
        let pointer = named.map_or(path, str::to_owned);
        let mut refusal = Refusal::new(of);
        refusal.errors.push(FieldError { pointer, message: json::in_chinese(of, &message) });
        refusal.into()
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only parsed")]
    struct Sent {
        from: NaiveDate,
        page_size: Option<u64>,
    }

    fn refused(query: &str) -> (&'static str, String) {
        let failure = read::<Sent>(query).unwrap_err();
        let refusal = failure.refusal().unwrap();
        (refusal.code.name, refusal.errors[0].pointer.clone())
    }

    #[test]
    fn each_mistake_is_named() {
        assert!(read::<Sent>("from=2026-05-01&page_size=5").is_ok());
        assert_eq!(refused("from=2026-13-01"), ("invalid_value", "from".into()));
        assert_eq!(refused("from=2026-05-01&page_size=x"), ("invalid_value", "page_size".into()));
        assert_eq!(refused(""), ("missing_field", "from".into()));
        assert_eq!(refused("from=2026-05-01&colour=red"), ("unknown_field", "colour".into()));
        assert_eq!(refused("from=2026-05-01&from=2026-05-02"), ("invalid_value", "from".into()));
    }
}
