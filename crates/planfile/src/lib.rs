//! Files of days and plans.
