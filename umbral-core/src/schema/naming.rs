//! Names of constraints and indexes, made from what they cover.

/// Bytes that every identifier umbral makes up stays within: PostgreSQL's 63, the smallest of the databases
/// that migrations are written for. One name everywhere, so that a migration file means one thing.
pub const PORTABLE_IDENTIFIER_BYTES: usize = 63;

/// `{table}_{columns…}_{suffix}`, shortened to 63 bytes where it is longer.
///
/// ```
/// use umbral_core::schema::constraint_name;
/// assert_eq!(constraint_name("book", &["author_id"], "fk"), "book_author_id_fk");
/// ```
pub fn constraint_name(table: &str, columns: &[&str], suffix: &str) -> String {
    let mut name = table.to_owned();
    for column in columns {
        name.push('_');
        name.push_str(column);
    }
    name.push('_');
    name.push_str(suffix);
    shorten(&name, PORTABLE_IDENTIFIER_BYTES)
}

/// `name`, or where it is longer than `limit` bytes, its beginning with a hash of the whole of it and its
/// last word: equal names stay equal, different ones stay different, and the result never changes between runs.
pub fn shorten(name: &str, limit: usize) -> String {
    if name.len() <= limit {
        return name.to_owned();
    }
    let suffix = name.rsplit_once('_').map_or("", |(_, word)| word);
    let suffix = if suffix.len() <= 8 { format!("_{suffix}") } else { String::new() };
    let hash = format!("_{:08x}", fnv1a(name.as_bytes()) as u32 ^ (fnv1a(name.as_bytes()) >> 32) as u32);
    let mut keep = limit.saturating_sub(hash.len() + suffix.len());
    while !name.is_char_boundary(keep) {
        keep -= 1;
    }
    format!("{}{hash}{suffix}", &name[..keep])
}

/// FNV-1a, 64 bits (Fowler, Noll and Vo; draft-eastlake-fnv): stable across versions and platforms, which the
/// standard library's hasher does not promise.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
