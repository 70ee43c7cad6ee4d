//! One answer, kept: single flight, back-off, and the last good one.

use crate::server::{
    clock::Clock,
    provider::{
        cache::{Cache, Fetched, Outcome, Sake},
        discovery::DiscoveryError,
    },
};
use std::{
    future::Ready,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
};
use time::{Duration, OffsetDateTime};
use tokio::{sync::Semaphore, task::JoinSet};

/// A cache with a clock of its own, and a provider that counts how often it is asked.
struct Kept {
    cache: Cache<usize>,
    now: Arc<AtomicI64>,
    asked: AtomicUsize,
}

impl Kept {
    fn new() -> Self {
        let now = Arc::new(AtomicI64::new(1_000_000));
        let clock = {
            let now = now.clone();
            Clock::from_fn(move || OffsetDateTime::from_unix_timestamp(now.load(Ordering::SeqCst)).unwrap())
        };
        Self {
            cache: Cache::new(clock),
            now,
            asked: AtomicUsize::new(0),
        }
    }

    fn advance(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Answers with the number of the question, for 100 seconds; or not at all.
    fn answer(&self, is_up: bool) -> Ready<Result<Fetched<usize>, DiscoveryError>> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        std::future::ready(match is_up {
            true => Ok(Fetched {
                value: number,
                life: Duration::seconds(100),
            }),
            false => Err(DiscoveryError::NoKeys),
        })
    }

    async fn get(&self, is_up: bool) -> Option<usize> {
        number(self.cache.get(|_| true, || self.answer(is_up)).await)
    }

    async fn demand(&self, is_up: bool) -> Option<usize> {
        self.demand_for(Sake::Ours, is_up).await.map(|(number, _)| number)
    }
}

impl Kept {
    /// What there is, and whether it is news.
    async fn demand_for(&self, sake: Sake, is_up: bool) -> Option<(usize, bool)> {
        let demanded = self.cache.demand(sake, || self.answer(is_up)).await.ok()?;
        Some((*demanded.value, demanded.is_news))
    }
}

fn number(outcome: Outcome<usize>) -> Option<usize> {
    outcome.ok().map(|number| *number)
}

#[tokio::test]
async fn failures_are_followed_by_longer_and_longer_pauses_up_to_a_minute() {
    let kept = Kept::new();
    let mut pauses = Vec::new();
    for failure in 1..=8 {
        assert_eq!(kept.get(false).await, None);
        assert_eq!(kept.asked(), failure);
        let mut pause = 0;
        // Up to the second before the next question, the failure stands for all who ask.
        while kept.asked() == failure {
            pause += 1;
            kept.advance(1);
            if pause >= [2, 4, 8, 16, 32, 60, 60, 60][failure - 1] {
                break;
            }
            assert_eq!(kept.get(true).await, None, "pause {failure}, second {pause}");
            assert_eq!(kept.asked(), failure);
        }
        pauses.push(pause);
    }
    assert_eq!(pauses, [2, 4, 8, 16, 32, 60, 60, 60]);
    // A good answer ends it, and the next failure begins anew.
    assert_eq!(kept.get(true).await, Some(9));
    kept.advance(100);
    assert_eq!(kept.get(false).await, Some(9));
    kept.advance(2);
    assert_eq!(kept.get(true).await, Some(11));
}

#[tokio::test]
async fn the_last_good_answer_is_given_at_once_during_a_pause() {
    let kept = Kept::new();
    assert_eq!(kept.get(true).await, Some(1));
    kept.advance(100_000);
    for _ in 0..5 {
        assert_eq!(kept.get(false).await, Some(1));
    }
    assert_eq!(kept.asked(), 2);
    assert_eq!(kept.demand(true).await, Some(1), "not even on demand");
    assert_eq!(kept.asked(), 2);
}

#[tokio::test]
async fn demands_are_met_five_times_in_any_minute() {
    let kept = Kept::new();
    assert_eq!(kept.get(true).await, Some(1));
    for number in 2..=6 {
        assert_eq!(kept.demand(true).await, Some(number));
        kept.advance(10);
    }
    assert_eq!(kept.demand(true).await, Some(6));
    kept.advance(9);
    assert_eq!(kept.demand(true).await, Some(6));
    // A minute after the first of the five there is room for one, and for no second.
    kept.advance(1);
    assert_eq!(kept.demand(true).await, Some(7));
    assert_eq!(kept.demand(true).await, Some(7));
    kept.advance(10);
    assert_eq!(kept.demand(true).await, Some(8));
}

#[tokio::test]
async fn strangers_leave_two_of_the_five_to_us() {
    let kept = Kept::new();
    for number in 1..=3 {
        assert_eq!(kept.demand_for(Sake::Strangers, true).await, Some((number, true)));
    }
    assert_eq!(kept.demand_for(Sake::Strangers, true).await, Some((3, false)));
    for number in 4..=5 {
        assert_eq!(kept.demand_for(Sake::Ours, true).await, Some((number, true)));
    }
    assert_eq!(kept.demand_for(Sake::Ours, true).await, Some((5, false)));
}

#[tokio::test]
async fn a_demand_that_fails_leaves_what_there_was() {
    let kept = Kept::new();
    assert_eq!(kept.get(true).await, Some(1));
    assert_eq!(kept.demand_for(Sake::Ours, false).await, Some((1, false)));
    assert_eq!(kept.get(true).await, Some(1), "it is still fresh");
    assert_eq!(kept.asked(), 2);
}

/// Asks for the answer, or demands it; the answer comes when the gate opens.
async fn ask(kept: Arc<Kept>, gate: Arc<Semaphore>, is_demand: bool) -> Option<usize> {
    let fetch = || {
        let (answer, gate) = (kept.answer(true), gate.clone());
        async move {
            let _open = gate.acquire().await;
            answer.await
        }
    };
    number(match is_demand {
        true => kept
            .cache
            .demand(Sake::Ours, fetch)
            .await
            .map(|demanded| demanded.value),
        false => kept.cache.get(|_| true, fetch).await,
    })
}

#[tokio::test]
async fn many_who_ask_at_once_ask_once() {
    let kept = Arc::new(Kept::new());
    let gate = Arc::new(Semaphore::new(0));
    // Who asked first goes away, which does not end it for the others.
    let first = tokio::spawn(ask(kept.clone(), gate.clone(), false));
    while kept.asked() == 0 {
        tokio::task::yield_now().await;
    }
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());

    let mut all = JoinSet::new();
    for number in 0..100 {
        all.spawn(ask(kept.clone(), gate.clone(), number % 2 == 0));
    }
    tokio::task::yield_now().await;
    gate.add_permits(1);
    assert!(all.join_all().await.into_iter().all(|number| number == Some(1)));
    assert_eq!(kept.asked(), 1);
}

#[tokio::test]
async fn an_answer_that_is_not_the_right_one_any_more_is_replaced_or_kept_for_want_of_a_better() {
    let kept = Kept::new();
    assert_eq!(kept.get(true).await, Some(1));
    let not_the_first = |number: &usize| *number != 1;
    assert_eq!(
        number(kept.cache.get(not_the_first, || kept.answer(false)).await),
        Some(1)
    );
    kept.advance(2);
    assert_eq!(
        number(kept.cache.get(not_the_first, || kept.answer(true)).await),
        Some(3)
    );
}
