//! The town itself: everything in a database, and alarms on demand.

use std::sync::Arc;

use access::Role;
use alarm::{
    Kind,
    team::{Hours, Team},
};
use app::{
    App,
    alarm::receive::{Arrival, Content, receive},
};
use base::{
    AlarmId, AreaId, Clock, DeviceId, IdSource, Language, ModelId, OutageId, Private, ProfileId, ProviderId,
    TeamId, UserId,
};
use device::{
    Category, Contact, Device, Model, Profile, Report, Signal, Stage, profile::Authentication,
    supervision::Cause,
};
use login::hash_password;
use person::Person;
use store::{
    Store,
    login::Login,
    supervision::Outage,
    team::{Area, Provider},
};

use crate::people;

/// The password of every login of the town.
pub const PASSWORD: &str = "gul cykel i regn";

/// What goes wrong in a test's own preparation.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A small made-up town.
pub struct Town {
    /// The use cases over its database.
    pub app: App,
    /// Its people, in a fixed order.
    pub people: Vec<Person>,
    /// The team that serves everyone round the clock, and the one that is asked after it.
    pub teams: [TeamId; 2],
    /// The device of each person, as it calls itself.
    pub controller_ids: Vec<String>,
    messages: std::sync::atomic::AtomicU32,
}

impl Town {
    /// Builds the town in the database at `url` (`sqlite::memory:` for tests).
    pub async fn build(url: &str, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Result<Self, Failure> {
        let store = Store::open(url).await?;
        store::migrate::migrate(&store, clock.now()).await?;
        let seeded = seed(&store, clock.as_ref(), ids.as_ref()).await?;
        let app = App::open(store, clock, ids).await?;
        let (people, teams, controller_ids) = seeded;
        Ok(Town { app, people, teams, controller_ids, messages: std::sync::atomic::AtomicU32::new(0) })
    }

    /// The device of a person says something; returns the alarm it raised or belongs to.
    pub async fn says(&self, person: usize, signal: Signal) -> Result<Option<AlarmId>, Failure> {
        let number = self.messages.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let report = Report {
            controller_id: self.controller_ids[person].clone(),
            reference: format!("{number}"),
            signal,
            detail: Private::new("Påhittat meddelande".to_owned()),
            position: None,
        };
        let arrival = Arrival {
            transport: "udp",
            source: format!("192.0.2.{}:5060", person + 1),
            content: Content::Read(report),
            raw: Private::new(format!("<mrq><ref>{number}</ref></mrq>").into_bytes()),
        };
        Ok(receive(&self.app, &[arrival]).await?.first().and_then(|receipt| receipt.alarm))
    }

    /// The device of a person raises an alarm of a kind.
    pub async fn alarm(&self, person: usize, kind: Kind) -> Result<AlarmId, Failure> {
        Ok(self.says(person, Signal::Alarm(kind)).await?.ok_or("the message raised no alarm")?)
    }

    /// Devices of one mobile operator are lost together.
    pub async fn outage(&self) -> Result<OutageId, Failure> {
        let now = self.app.now();
        let outage = Outage {
            id: OutageId::fresh(self.app.ids.as_ref(), now),
            cause: Cause::NetworkOperator("Påhittad Operatör".to_owned()),
            began_at: now,
            ended_at: None,
            devices_lost: 5,
            devices_silent: 0,
        };
        let mut transaction = self.app.store.write().await?;
        store::supervision::save_outage(&mut transaction, &outage).await?;
        transaction.commit().await?;
        Ok(outage.id)
    }

    /// Writes a person as they are now.
    pub async fn change_person(&self, person: &Person) -> Result<(), Failure> {
        let mut transaction = self.app.store.write().await?;
        store::person::save(&mut transaction, person, self.app.now()).await?;
        Ok(transaction.commit().await?)
    }

    /// A sender that nobody has registered calls.
    pub async fn unknown_sender(&self) -> Result<AlarmId, Failure> {
        let arrival = Arrival {
            transport: "udp",
            source: "203.0.113.9:5060".to_owned(),
            content: Content::Doubtful {
                controller_id: "okänd-99".to_owned(),
                reference: String::new(),
                trouble: "Lösenordet stämmer inte".to_owned(),
            },
            raw: Private::new(b"<mrq>".to_vec()),
        };
        let receipts = receive(&self.app, &[arrival]).await?;
        Ok(receipts.first().and_then(|receipt| receipt.alarm).ok_or("the message raised no alarm")?)
    }
}

type Seeded = (Vec<Person>, [TeamId; 2], Vec<String>);

async fn seed(store: &Store, clock: &dyn Clock, ids: &dyn IdSource) -> Result<Seeded, Failure> {
    let now = clock.now();
    let mut transaction = store.write().await?;
    let areas = [AreaId::fresh(ids, now), AreaId::fresh(ids, now)];
    for (id, name) in areas.into_iter().zip(["Sagobyn", "Fantasihöjden"]) {
        store::team::save_area(&mut transaction, &Area { id, name: name.to_owned() }).await?;
    }
    let provider = ProviderId::fresh(ids, now);
    let own = Provider { id: provider, name: "Påhittstads kommun".to_owned(), own_run: true };
    store::team::save_provider(&mut transaction, &own).await?;
    let teams = [TeamId::fresh(ids, now), TeamId::fresh(ids, now)];
    for (place, (id, name)) in
        teams.into_iter().zip(["Larmpatrull Sagobyn", "Larmpatrull Reserv"]).enumerate()
    {
        let team = Team {
            id,
            name: name.to_owned(),
            provider: Some(provider),
            areas: Vec::new(),
            hours: Hours::ALWAYS,
            answer_seconds: 120,
            order: u16::try_from(place)?,
            phone: format!("+4670174068{place}"),
        };
        store::team::save_team(&mut transaction, &team).await?;
    }
    let folk = people::people(ids, now, areas);
    let everyone: Vec<Person> = folk.iter().map(|(person, _)| person.clone()).collect();
    store::person::save_many(&mut transaction, &everyone, now).await?;
    for (person, kin) in &folk {
        store::person::replace_kin(&mut transaction, person.id, kin).await?;
    }
    let controller_ids = seed_devices(&mut transaction, ids, now, &everyone).await?;
    seed_logins(&mut transaction, ids, now, teams).await?;
    transaction.commit().await?;
    Ok((everyone, teams, controller_ids))
}

async fn seed_devices(
    transaction: &mut store::Transaction,
    ids: &dyn IdSource,
    now: base::Timestamp,
    people: &[Person],
) -> Result<Vec<String>, Failure> {
    let profile = Profile {
        name: "Påhittad profil".to_owned(),
        authentication: Authentication::Network,
        call_number: "sip:larm@example.invalid".to_owned(),
        ..Profile::of_unknown_sender(ProfileId::fresh(ids, now))
    };
    store::device::save_profile(transaction, &profile).await?;
    let model = Model {
        id: ModelId::fresh(ids, now),
        name: "Exempel Hemma 4G".to_owned(),
        category: Category::SocialAlarm,
        driver: "scaip".to_owned(),
        generation: device::Generation::FourG,
        contact_seconds: 300,
        test_days: 30,
        profile: profile.id,
    };
    store::device::save_model(transaction, &model).await?;
    let mut devices = Vec::new();
    for (place, person) in people.iter().enumerate() {
        devices.push(Device {
            id: DeviceId::fresh(ids, now),
            model: model.id,
            serial: format!("EX-{place:04}"),
            controller_id: format!("exempel-{place:04}"),
            accessories: "larmknapp, rökdetektor".to_owned(),
            network_operator: "Påhittad operatör".to_owned(),
            stage: Stage::Installed,
            person: Some(person.id),
            area: person.area,
            room: String::new(),
            position: None,
            contact: Contact::default(),
        });
    }
    store::device::save_many(transaction, &devices, now).await?;
    let contacts: Vec<_> = devices.iter().map(|device| (device.id, now)).collect();
    store::contact::heard(transaction, &contacts, now).await?;
    Ok(devices.into_iter().map(|device| device.controller_id).collect())
}

async fn seed_logins(
    transaction: &mut store::Transaction,
    ids: &dyn IdSource,
    now: base::Timestamp,
    teams: [TeamId; 2],
) -> Result<(), Failure> {
    let password_hash = hash_password(&Private::new(PASSWORD.to_owned()))?;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::System) {
        let login = Login {
            id: UserId::fresh(ids, now),
            login_name: role.name().to_owned(),
            shown_name: format!("Påhittad {}", role.text().swedish),
            password_hash: password_hash.clone(),
            roles: vec![role],
            language: Language::Swedish,
            active: true,
            failures: 0,
            locked_until: None,
            must_change_password: false,
        };
        store::login::save(transaction, &login, now).await?;
        if role == Role::Responder {
            store::login::set_teams(transaction, login.id, &teams[..1]).await?;
        }
    }
    Ok(())
}
