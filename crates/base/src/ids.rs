//! The ids of everything that more than one capability names.

use crate::typed_ids;

typed_ids! {
    /// A person who has, or had, a care service: the care recipient.
    PersonId;
    /// A close person of a care recipient.
    KinId;
    /// A geographic area of the municipality.
    AreaId;
    /// A device: a social alarm, a sensor, a lock, a dispenser.
    DeviceId;
    /// A device model with its defaults.
    ModelId;
    /// A profile: how a model talks and wants to be answered.
    ProfileId;
    /// One alarm, from received to closed.
    AlarmId;
    /// One message as it came over a wire.
    MessageId;
    /// One sending of an alarm to a team.
    DispatchId;
    /// A group of responders.
    TeamId;
    /// An organisation that carries out services, own-run or private.
    ProviderId;
    /// A ladder of escalation.
    LadderId;
    /// A login: someone who works in Tryggve. Never a care recipient.
    UserId;
    /// An outage: many devices lost together.
    OutageId;
    /// A long piece of work with progress.
    JobId;
    /// A receiver of webhooks.
    WebhookId;
    /// A token of another system.
    TokenId;
    /// One line of the audit log.
    AuditId;
}
