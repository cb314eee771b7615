use umbral::prelude::*;

#[derive(Model)]
pub struct Host {
    #[umbral(primary_key)]
    pub id: i64,
    pub bytes: u64,
}

fn main() {
    let _ = Host::objects().filter(|h| (h.bytes + 1).gt(0u64));
}
