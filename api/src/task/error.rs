//! What tasks may be refused for.

use super::domain::TaskRefusal;
use crate::platform::failure::{Failure, Refusal, code};

impl From<TaskRefusal> for Failure {
    fn from(refusal: TaskRefusal) -> Self {
        match refusal {
            TaskRefusal::WrongState(state) => {
                Refusal::new(code::WRONG_STATE).with("state", state).into()
            }
        }
    }
}
