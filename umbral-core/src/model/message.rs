//! Messages that the compiler shows.

/// A text that is put together while the program is compiled, as far as it fits.
pub(super) struct Message {
    bytes: [u8; 400],
    len: usize,
}

impl Message {
    pub(super) const fn new(parts: &[&str]) -> Message {
        Message { bytes: [0; 400], len: 0 }.and(parts)
    }

    pub(super) const fn and(self, parts: &[&str]) -> Message {
        let mut message = self;
        let mut part = 0;
        while part < parts.len() {
            let bytes = parts[part].as_bytes();
            if message.len + bytes.len() > message.bytes.len() {
                break;
            }
            let mut at = 0;
            while at < bytes.len() {
                message.bytes[message.len + at] = bytes[at];
                at += 1;
            }
            message.len += bytes.len();
            part += 1;
        }
        message
    }

    pub(super) const fn text(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "a field is missing",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_end_where_a_part_does_not_fit() {
        assert_eq!(Message::new(&["`", "größe", "`"]).text(), "`größe`");
        let long = "ß".repeat(199);
        assert_eq!(Message::new(&["a", &long, "bc"]).text(), format!("a{long}"));
    }
}
