//! What is logged, kept for a test to read: down to what an operator would turn on to find a fault.

use std::{
    cell::OnceCell,
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};
use tracing::{Subscriber, subscriber};

/// Lines that were logged. A clone holds the same.
#[derive(Clone, Default)]
pub struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    /// All that this process logs from now on, in every thread, by whatever test.
    pub fn everywhere() -> Self {
        static EVERYWHERE: OnceLock<Captured> = OnceLock::new();
        let captured = EVERYWHERE.get_or_init(|| {
            let captured = Self::default();
            subscriber::set_global_default(captured.subscriber()).unwrap();
            captured
        });
        captured.clone()
    }

    /// All that this thread logs from now on: that is one test, its application and its provider, for they share it.
    pub fn here() -> Self {
        thread_local! {
            static HERE: OnceCell<Captured> = const { OnceCell::new() };
        }
        HERE.with(|here| {
            let captured = here.get_or_init(|| {
                let captured = Self::default();
                // It stands as long as the thread.
                mem::forget(subscriber::set_default(captured.subscriber()));
                captured
            });
            captured.clone()
        })
    }

    /// What was logged so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// What was logged since the last time.
    pub fn take(&self) -> String {
        let lines = mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8_lossy(&lines).into_owned()
    }

    fn subscriber(&self) -> impl Subscriber + Send + Sync + use<> {
        let writer = self.clone();
        tracing_subscriber::fmt()
            .with_ansi(false)
            .with_env_filter("vestibule=trace,debug")
            .with_writer(move || writer.clone())
            .finish()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
