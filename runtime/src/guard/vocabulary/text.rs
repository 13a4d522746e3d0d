/// A message composed while compiling; what does not fit is cut off.
#[derive(Clone, Copy)]
pub(super) struct Text {
    bytes: [u8; Self::CAPACITY],
    length: usize,
}

impl Text {
    const CAPACITY: usize = 1024;

    pub(super) const fn new() -> Self {
        Self {
            bytes: [0; Self::CAPACITY],
            length: 0,
        }
    }

    /// The same with more at its end. Only whole pieces are added, so it stays valid UTF-8.
    pub(super) const fn with(mut self, piece: &str) -> Self {
        let piece = piece.as_bytes();
        if self.length + piece.len() > Self::CAPACITY {
            return self;
        }
        let mut index = 0;
        while index < piece.len() {
            self.bytes[self.length + index] = piece[index];
            index += 1;
        }
        self.length += piece.len();
        self
    }

    pub(super) const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}
