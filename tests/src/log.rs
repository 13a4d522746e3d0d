use std::cell::RefCell;
use std::io;
use std::sync::{Arc, Mutex, Once};

use tracing::Level;

/// What was logged by one thread while it listened.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

/// A [`Log`] listens until this is dropped.
#[derive(Debug)]
pub struct Logging(());

thread_local! {
    static LISTENING: RefCell<Option<Log>> = const { RefCell::new(None) };
}

impl Log {
    /// What was logged so far.
    pub fn text(&self) -> String {
        let bytes = self.0.lock().expect("nobody panicked");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Listens to everything that this thread logs.
    pub fn start(&self) -> Logging {
        // One subscriber for the whole process: `tracing` remembers for each place in the code
        // whether anybody listens, and subscribers of single threads come too late for that.
        static INSTALL: Once = Once::new();
        INSTALL.call_once(|| {
            let subscriber = tracing_subscriber::fmt()
                .with_max_level(Level::TRACE)
                .with_ansi(false)
                .with_writer(|| ToListener);
            subscriber.init();
        });
        LISTENING.set(Some(self.clone()));
        Logging(())
    }
}

impl Drop for Logging {
    fn drop(&mut self) {
        LISTENING.set(None);
    }
}

struct ToListener;

impl io::Write for ToListener {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LISTENING.with_borrow(|listening| {
            if let Some(log) = listening {
                log.0
                    .lock()
                    .expect("nobody panicked")
                    .extend_from_slice(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
