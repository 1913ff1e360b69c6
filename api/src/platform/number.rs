//! Whole numbers with bounds: read once, the same bounds in the parser and in the schema.

/// Declares number types for request bodies. The bounds are written once and serve
/// the parser, the error message and the published schema.
#[macro_export]
macro_rules! bounded_number {
    ($($(#[doc = $doc:literal])+ $name:ident: $int:ty = $min:literal..=$max:literal, $example:literal;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub(crate) struct $name($int);

        impl $name {
            /// A number within the bounds.
            ///
            /// # Errors
            /// What the bounds are, in Chinese.
            pub(crate) fn new(raw: i64) -> Result<Self, String> {
                let fits = ($min..=$max).contains(&raw);
                let number = <$int>::try_from(raw).ok().filter(|_| fits);
                number.map(Self).ok_or_else(|| format!("应在{}到{}之间", $min, $max))
            }

            /// The number.
            #[must_use]
            pub(crate) const fn get(self) -> $int {
                self.0
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let raw = <i64 as serde::Deserialize>::deserialize(from)?;
                Self::new(raw).map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::Integer)
                    .description(Some(concat!($($doc),+).trim()))
                    .minimum(Some($min))
                    .maximum(Some($max))
                    .examples([serde_json::json!($example)])
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )+};
}

#[cfg(test)]
mod tests {
    bounded_number! {
        /// A test's number.
        Dozen: i32 = 1..=12, 6;
    }

    #[test]
    fn the_bounds_belong_to_it_and_nothing_beyond() {
        assert_eq!(Dozen::new(1).map(Dozen::get), Ok(1));
        assert_eq!(Dozen::new(12).map(Dozen::get), Ok(12));
        assert!(Dozen::new(0).is_err());
        assert!(Dozen::new(13).is_err());
        assert!(serde_json::from_str::<Dozen>("1.5").is_err());
        assert!(serde_json::from_str::<Dozen>("99999999999999999999").is_err());
    }
}
