//! What can go wrong with WeChat, and what each of its error codes asks of us.

/// Why a call to WeChat gave no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WechatError {
    /// No usable answer came back.
    #[error("WeChat could not be reached (request sent: {sent})")]
    Transport {
        /// Whether the request may have reached WeChat. If so, a single-use code may be spent.
        sent: bool,
    },
    /// WeChat answered with an error code.
    #[error("WeChat refused with errcode {code} (rid {})", rid.as_deref().unwrap_or("none"))]
    Api {
        /// The code as sent. The set is open: new numbers appear without notice.
        code: i64,
        /// What the code asks of us.
        class: Class,
        /// WeChat's request id, for its support desk.
        rid: Option<String>,
    },
    /// WeChat answered with something its documentation does not promise.
    #[error("WeChat's answer could not be understood")]
    Decode,
    /// WeChat keeps refusing our credentials, so for a minute we do not ask.
    #[error("calls that need WeChat's access token are suspended")]
    CircuitOpen,
}

impl WechatError {
    /// The error for an `errcode` and `errmsg` as WeChat sent them.
    #[must_use]
    pub fn from_answer(code: i64, message: &str) -> Self {
        Self::Api { code, class: Class::of(code), rid: rid(message) }
    }

    /// Whether WeChat said that the access token we used is no good.
    #[must_use]
    pub fn rejects_token(&self) -> bool {
        matches!(self, Self::Api { class: Class::Token, .. })
    }

    /// The errcode, if WeChat gave one.
    #[must_use]
    pub fn code(&self) -> Option<i64> {
        match self {
            Self::Api { code, .. } => Some(*code),
            Self::Transport { .. } | Self::Decode | Self::CircuitOpen => None,
        }
    }
}

/// What an error code asks of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Busy: may be asked again soon, if asking twice does no harm.
    Retry,
    /// A limit per minute: may be asked again after a minute.
    RetryAfterMinute,
    /// The access token is not accepted: renew it and ask once more.
    Token,
    /// Ours to mend (configuration, programming, the account): asking again changes nothing.
    Permanent,
    /// The user or the user's client has to do something else.
    User,
    /// A daily allowance is spent: stop asking.
    Quota,
    /// A code that no page we know describes.
    Unknown,
}

impl Class {
    /// The class of a code, as answered by a business endpoint.
    #[must_use]
    pub fn of(code: i64) -> Self {
        match code {
            -1 | 43108 | 44990 => Self::Retry,
            44991 | 45011 => Self::RetryAfterMinute,
            40001 | 40014 | 42001 => Self::Token,
            40003 | 40029 | 40163 | 40226 | 43101 | 61010 | 87007 | 87009 | 87014 => Self::User,
            // Scheme opens per day are the one allowance inside 85400 to 85408.
            44993 | 45009 | 85406 => Self::Quota,
            // 61024 must never count as `Token`: renewing does not cure it, so it would loop.
            40002
            | 40004
            | 40013
            | 40037
            | 40097
            | 40125
            | 40129
            | 40159
            | 40164
            | 40165
            | 40169
            | 40212
            | 40243
            | 41001
            | 41002
            | 41004
            | 41008
            | 41030
            | 43002
            | 43104
            | 43107
            | 44002
            | 45029
            | 45168
            | 47001
            | 47003
            | 48001
            | 50002
            | 50004
            | 50007
            | 61024
            | 76001..=76004
            | 76021
            | 76022
            | 85079
            | 85096
            | 85400..=85405
            | 85407
            | 85408
            | 87008
            | 87020
            | 89503
            | 89506
            | 89507 => Self::Permanent,
            _ => Self::Unknown,
        }
    }
}

/// The request id at the end of an `errmsg`: three groups of eight hexadecimal digits.
///
/// The rest of the text is for people and changes without notice, so nothing else is read.
fn rid(message: &str) -> Option<String> {
    let (_, tail) = message.rsplit_once("rid: ")?;
    let id: String = tail.chars().take_while(|c| c.is_ascii_hexdigit() || *c == '-').collect();
    let groups: Vec<&str> = id.split('-').collect();
    let sound = groups.len() == 3 && groups.iter().all(|group| group.len() == 8);
    sound.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_the_codes_that_ask_for_it() {
        let table = [
            (Class::Retry, vec![-1, 43108, 44990]),
            (Class::RetryAfterMinute, vec![45011, 44991]),
            (Class::Token, vec![40001, 40014, 42001]),
            (Class::User, vec![40029, 40163, 40226, 43101, 61010]),
            (Class::Quota, vec![45009, 44993]),
            (Class::Permanent, vec![40013, 40125, 40164, 41001, 61024, 76004, 85400, 85408, 89503]),
            (Class::Unknown, vec![123_456_789, -1008, 9_410_009, 42007]),
        ];
        for (class, codes) in table {
            for code in codes {
                assert_eq!(Class::of(code), class, "errcode {code}");
            }
        }
    }

    #[test]
    fn an_unknown_code_keeps_its_number() {
        let error = WechatError::from_answer(123_456_789, "something new");
        assert_eq!(error, WechatError::Api { code: 123_456_789, class: Class::Unknown, rid: None });
    }

    #[test]
    fn the_request_id_is_read_from_the_end_of_the_text() {
        let found = "invalid code hint: [mGhbWV0sf-LxnVma] rid: 65f3e9f7-77cf1a1c-0dd74a0e";
        assert_eq!(rid(found).as_deref(), Some("65f3e9f7-77cf1a1c-0dd74a0e"));
        assert_eq!(rid("invalid code"), None);
        assert_eq!(rid("rid: 65f3e9f7-77cf1a1c"), None);
        assert_eq!(rid("rid: o6_secret-openid"), None);
    }
}
