//! Who is to be told when a session ends: the open pages of that session, on every instance.
//!
//! A page listens by an event stream. An end is told to the streams of this instance, and by the [`wire`] to the others.
//! What is told names the session by the hash under which it is stored, and says one word of why.

pub mod wire;

use super::Handle;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;
use wire::Wire;

/// How many streams one session has.
///
/// A browser has six connections to a site that speaks HTTP/1.1, for all its tabs:
/// some must be left for pages. Beyond it the oldest rests, until its page is looked at again.
pub const OF_SESSION: usize = 4;

/// How many streams this instance has.
pub const IN_ALL: usize = 10_000;

/// Why a session ended, as far as its pages care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its person signed out in that browser.
    SignedOut,
    /// Another sign-in took its place in that browser, or may have: the page asks anew.
    Replaced,
    /// Anything else: it expired, or was ended from elsewhere.
    Ended,
}

impl Why {
    const ALL: [Self; 3] = [Self::SignedOut, Self::Replaced, Self::Ended];

    /// Its word, for pages and for other instances.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Replaced => "replaced",
            Self::Ended => "ended",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.word() == word)
    }
}

/// What a stream is told. It is the last that it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Its session has ended.
    Ended(Why),
    /// There are too many of its session.
    Rest,
}

/// There are [`IN_ALL`] streams.
#[derive(Debug, thiserror::Error)]
#[error("{IN_ALL} pages are told already")]
pub struct Full;

/// The open streams; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Live {
    open: Arc<Mutex<Open>>,
    wire: Wire,
}

#[derive(Debug, Default)]
struct Open {
    streams: HashMap<Handle, Vec<Stream>>,
    count: usize,
    next: u64,
    is_stopped: bool,
}

#[derive(Debug)]
struct Stream {
    number: u64,
    tell: oneshot::Sender<Notice>,
}

impl Live {
    /// Tells other instances by `wire`.
    #[must_use]
    pub fn new(wire: Wire) -> Self {
        Self {
            open: Arc::default(),
            wire,
        }
    }

    /// Listens for the end of a session. Whether it lives must be asked after that, or its end could be missed.
    ///
    /// # Errors
    /// When there are as many as there may be.
    pub fn listen(&self, handle: Handle) -> Result<Listener, Full> {
        let (tell, told) = oneshot::channel();
        let mut open = self.open();
        let Open { streams, count, .. } = &mut *open;
        if *count >= IN_ALL {
            return Err(Full);
        }
        let of_session = streams.entry(handle).or_default();
        while of_session.len() >= OF_SESSION {
            // Nobody may be there any more to hear it.
            let _ = of_session.remove(0).tell.send(Notice::Rest);
            *count -= 1;
        }
        let number = open.next;
        open.next += 1;
        // Of an instance that stops, the stream ends at once and the browser goes to another.
        if !open.is_stopped {
            open.count += 1;
            open.streams.entry(handle).or_default().push(Stream { number, tell });
        }
        Ok(Listener {
            live: self.clone(),
            handle,
            number,
            told,
        })
    }

    /// Tells all instances that a session has ended. The session is gone: who can't be told finds out for himself.
    pub async fn announce(&self, handle: Handle, why: Why) {
        self.tell(handle, why);
        self.wire.announce(handle, why).await;
    }

    /// Tells the streams of this instance.
    fn tell(&self, handle: Handle, why: Why) {
        let mut open = self.open();
        for stream in open.streams.remove(&handle).unwrap_or_default() {
            open.count -= 1;
            let _ = stream.tell.send(Notice::Ended(why));
        }
    }

    /// Ends all streams, now and from now on, so that no page keeps the server from stopping.
    pub fn stop(&self) {
        let mut open = self.open();
        open.is_stopped = true;
        open.count = 0;
        open.streams.clear();
    }

    /// How many streams there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.open().count
    }

    /// The sessions that have streams here.
    fn handles(&self) -> Vec<Handle> {
        self.open().streams.keys().copied().collect()
    }

    fn forget(&self, handle: Handle, number: u64) {
        let mut open = self.open();
        let Open { streams, count, .. } = &mut *open;
        let Some(of_session) = streams.get_mut(&handle) else {
            return;
        };
        if let Some(place) = of_session.iter().position(|stream| stream.number == number) {
            of_session.remove(place);
            *count -= 1;
        }
        if of_session.is_empty() {
            streams.remove(&handle);
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One page that listens, until it is dropped.
#[derive(Debug)]
pub struct Listener {
    live: Live,
    handle: Handle,
    number: u64,
    told: oneshot::Receiver<Notice>,
}

impl Listener {
    /// Waits for what there is to tell; `None`: the instance stops.
    pub async fn told(&mut self) -> Option<Notice> {
        (&mut self.told).await.ok()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.live.forget(self.handle, self.number);
    }
}
