//! Service levels by day, hour and provider. (Filled from the alarm table; the rules stand in the `alarm` crate.)
