//! Sessions as they are stored: sealed, under a hash of the cookie's id, in each database and in Redis.

mod back_end;

use crate::server::{seal::Sealer, secret::Secret, session::sealed::SealedStore};
use back_end::BackEnd;
use serde_json::json;
use time::{Duration, OffsetDateTime};
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
};

/// What a thief of the database would look for: each long enough not to stand in sealed bytes by chance.
const READABLE: [&str; 6] = [
    "signed-in",
    "Ada Lovelace",
    "ada@example.com",
    "eyJhbGciOi",
    "access-token-value",
    "sealed-for",
];

fn sealer(secret: &str) -> Sealer {
    Sealer::new(&[Secret::new(secret)]).unwrap()
}

fn store(back_end: &BackEnd) -> SealedStore {
    SealedStore::new(back_end.store.clone(), sealer("sealed-for tests, and tests alone"))
}

fn record(number: i128) -> Record {
    let value = json!({
        "user": { "name": "Ada Lovelace", "email": "ada@example.com" },
        "tokens": { "access_token": "access-token-value", "id_token": "eyJhbGciOi.J9.x" },
    });
    // The stores know the system's clock only, and keep whole seconds.
    let expiry_date = OffsetDateTime::now_utc().replace_nanosecond(0).unwrap() + Duration::hours(1);
    Record {
        id: Id(number),
        data: [("signed-in".to_owned(), value)].into(),
        expiry_date,
    }
}

macro_rules! over_every {
    ($($name:ident),* $(,)?) => {
        mod in_sqlite {
            $(#[tokio::test] async fn $name() { super::$name(super::BackEnd::sqlite().await).await; })*
        }
        mod in_postgres {
            $(#[tokio::test] async fn $name() { super::$name(super::BackEnd::postgres().await).await; })*
        }
        mod in_redis {
            $(#[tokio::test] async fn $name() { super::$name(super::BackEnd::redis().await).await; })*
        }
    };
}

over_every!(
    what_is_created_is_loaded,
    what_is_saved_replaces_what_was_there,
    what_was_read_is_replaced_once,
    what_has_changed_or_gone_meanwhile_is_not_replaced,
    what_is_deleted_is_gone,
    saving_after_deletion_does_not_bring_it_back,
    saving_what_never_was_creates_nothing,
    an_id_that_is_taken_is_not_taken_over,
    nothing_readable_is_stored,
    another_secret_opens_nothing,
    what_is_stored_under_another_id_opens_nothing,
);

async fn what_is_created_is_loaded(back_end: BackEnd) {
    let store = store(&back_end);
    let mut created = record(1);
    store.create(&mut created).await.unwrap();
    assert_eq!(created.id, Id(1), "the id in the cookie is the one that was drawn");
    assert_eq!(store.load(&Id(1)).await.unwrap(), Some(created));
    assert_eq!(store.load(&Id(2)).await.unwrap(), None);
}

async fn what_is_saved_replaces_what_was_there(back_end: BackEnd) {
    let store = store(&back_end);
    store.create(&mut record(1)).await.unwrap();
    let mut changed = record(1);
    changed.data.insert("more".to_owned(), json!(1));
    changed.expiry_date += Duration::hours(1);
    store.save(&changed).await.unwrap();
    assert_eq!(store.load(&Id(1)).await.unwrap(), Some(changed));
}

async fn what_was_read_is_replaced_once(back_end: BackEnd) {
    let store = store(&back_end);
    store.create(&mut record(1)).await.unwrap();
    let (mut changed, read) = store.read(&Id(1)).await.unwrap().unwrap();
    changed.data.insert("more".to_owned(), json!(1));
    changed.expiry_date += Duration::hours(1);
    assert!(store.replace(&read, &changed).await.unwrap());
    assert_eq!(store.load(&Id(1)).await.unwrap(), Some(changed.clone()));
    assert!(!store.replace(&read, &record(1)).await.unwrap());
    assert_eq!(store.load(&Id(1)).await.unwrap(), Some(changed));
}

async fn what_has_changed_or_gone_meanwhile_is_not_replaced(back_end: BackEnd) {
    let store = store(&back_end);
    store.create(&mut record(1)).await.unwrap();
    let (same, read) = store.read(&Id(1)).await.unwrap().unwrap();
    // Sealed anew, it is another one, even if it says the same.
    store.save(&same).await.unwrap();
    assert!(!store.replace(&read, &same).await.unwrap());
    let (_, read) = store.read(&Id(1)).await.unwrap().unwrap();
    store.delete(&Id(1)).await.unwrap();
    assert!(!store.replace(&read, &same).await.unwrap());
    assert!(back_end.stored().await.is_empty());
}

async fn what_is_deleted_is_gone(back_end: BackEnd) {
    let store = store(&back_end);
    store.create(&mut record(1)).await.unwrap();
    store.create(&mut record(2)).await.unwrap();
    store.delete(&Id(1)).await.unwrap();
    assert_eq!(store.load(&Id(1)).await.unwrap(), None);
    assert!(store.load(&Id(2)).await.unwrap().is_some());
    store.delete(&Id(1)).await.unwrap();
}

async fn saving_after_deletion_does_not_bring_it_back(back_end: BackEnd) {
    let store = store(&back_end);
    let mut slow = record(1);
    store.create(&mut slow).await.unwrap();
    store.delete(&Id(1)).await.unwrap();
    store.save(&slow).await.unwrap();
    assert_eq!(store.load(&Id(1)).await.unwrap(), None);
    assert!(back_end.stored().await.is_empty());
}

async fn saving_what_never_was_creates_nothing(back_end: BackEnd) {
    store(&back_end).save(&record(1)).await.unwrap();
    assert!(back_end.stored().await.is_empty());
}

async fn an_id_that_is_taken_is_not_taken_over(back_end: BackEnd) {
    let store = store(&back_end);
    let mut first = record(1);
    store.create(&mut first).await.unwrap();
    assert!(store.create(&mut record(1)).await.is_err());
    assert_eq!(store.load(&Id(1)).await.unwrap(), Some(first));
    assert_eq!(
        back_end.stored().await.len(),
        1,
        "nothing is left behind that no cookie can name"
    );
}

async fn nothing_readable_is_stored(back_end: BackEnd) {
    let store = store(&back_end);
    let number = 0x5eed_5eed_0123_4567_89ab_cdef_0011_2233;
    let mut created = record(number);
    store.create(&mut created).await.unwrap();
    store.save(&created).await.unwrap();

    let stored = back_end.stored().await;
    assert_eq!(stored.len(), 1);
    let id = Id(number).to_string();
    for (key, bytes) in &stored {
        let bytes = [key.as_bytes(), bytes].concat();
        let has = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
        for word in READABLE {
            assert!(!has(word.as_bytes()), "{word}");
        }
        assert!(
            !has(id.as_bytes()) && !has(&number.to_le_bytes()) && !has(&number.to_be_bytes()),
            "the cookie's id"
        );
    }
}

async fn another_secret_opens_nothing(back_end: BackEnd) {
    store(&back_end).create(&mut record(1)).await.unwrap();
    let other = SealedStore::new(back_end.store.clone(), sealer("another secret"));
    assert_eq!(other.load(&Id(1)).await.unwrap(), None);
    // That browser is signed out; the session is not destroyed, should the secret come back.
    assert!(store(&back_end).load(&Id(1)).await.unwrap().is_some());
}

async fn what_is_stored_under_another_id_opens_nothing(back_end: BackEnd) {
    let store = store(&back_end);
    store.create(&mut record(1)).await.unwrap();
    let own = back_end.stored().await.into_keys().next().unwrap();
    store.create(&mut record(2)).await.unwrap();
    let stored = back_end.stored().await;
    let foreign = stored.keys().find(|key| **key != own).unwrap();
    back_end.put(foreign, &stored[&own]).await;
    assert_eq!(store.load(&Id(2)).await.unwrap(), None);
    assert!(store.load(&Id(1)).await.unwrap().is_some());
}
