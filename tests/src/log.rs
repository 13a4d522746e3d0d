use std::cell::RefCell;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, Once};

use tracing::Level;

/// What was logged by one thread while it listened.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Heard>>);

#[derive(Default)]
struct Heard {
    text: String,
    /// What to do once these words are there.
    next: Option<(&'static str, Act)>,
}

type Act = Box<dyn FnOnce() + Send>;

/// A [`Log`] listens until this is dropped.
#[derive(Debug)]
pub struct Logging(());

thread_local! {
    static LISTENING: RefCell<Option<Log>> = const { RefCell::new(None) };
}

impl Log {
    /// What was logged so far.
    pub fn text(&self) -> String {
        self.0.lock().expect("nobody panicked").text.clone()
    }

    /// Does that as soon as these words are logged, once, before whoever logs them goes on.
    pub fn when(&self, words: &'static str, act: impl FnOnce() + Send + 'static) {
        self.0.lock().expect("nobody panicked").next = Some((words, Box::new(act)));
    }

    fn hear(&self, bytes: &[u8]) {
        let mut heard = self.0.lock().expect("nobody panicked");
        let text = String::from_utf8_lossy(bytes);
        heard.text.push_str(&text);
        let act = heard.next.take_if(|(words, _)| text.contains(*words));
        // It may log something itself.
        drop(heard);
        if let Some((_, act)) = act {
            act();
        }
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

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").finish_non_exhaustive()
    }
}

struct ToListener;

impl io::Write for ToListener {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LISTENING.with_borrow(|listening| {
            if let Some(log) = listening {
                log.hear(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
