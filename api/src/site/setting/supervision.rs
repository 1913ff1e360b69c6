//! The settings that supervision goes by. Pure.

use serde_json::Value;

use super::catalogue::SettingKey;

/// How many supervise a site, for how long, and what makes them look closer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SupervisionSettings {
    /// Supervisors appointed at one site at a time.
    pub(crate) supervisors_per_site: i64,
    /// Months of one term.
    pub(crate) term_months: u32,
    /// Days of one freeze.
    pub(crate) freeze_days_longest: i64,
    /// Share of claims entered by one person for others.
    pub(crate) alert_proxy_percent: i64,
    /// Share of check-ins or pick-ups on one device.
    pub(crate) alert_device_percent: i64,
    /// Fewer than this are no sign of anything.
    pub(crate) alert_least_count: i64,
}

impl SupervisionSettings {
    /// Reads all of them; `set` says what was set for a key.
    ///
    /// # Errors
    /// Names a key whose stored value is not one of the catalogue's.
    pub(super) fn read(set: impl Fn(SettingKey) -> Option<Value>) -> Result<Self, String> {
        use SettingKey as K;
        let wrong = |key: K| format!("the setting {} has a value it cannot have", key.as_str());
        let int = |key: K| {
            let value = set(key).unwrap_or_else(|| key.kind().default());
            value.as_i64().ok_or_else(|| wrong(key))
        };
        let months = u32::try_from(int(K::SupervisorTermMonths)?);
        Ok(Self {
            supervisors_per_site: int(K::SupervisorsPerSite)?,
            term_months: months.map_err(|_| wrong(K::SupervisorTermMonths))?,
            freeze_days_longest: int(K::FreezeDaysLongest)?,
            alert_proxy_percent: int(K::AlertProxyPercent)?,
            alert_device_percent: int(K::AlertDevicePercent)?,
            alert_least_count: int(K::AlertLeastCount)?,
        })
    }
}
